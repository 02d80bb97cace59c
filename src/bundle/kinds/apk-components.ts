import type { XmlElement } from '../../formats/axml/index.ts';
import type { RequiredClass } from '../classes.ts';
import type { Resources } from './apk-resources.ts';

/** What Android starts by name, and makes an object of a class for. An alias has no class of its own. */
const kinds = { activity: 'activity', service: 'service', receiver: 'receiver', provider: 'provider' } as const;

/** Packages whose classes are the platform's; `androidx` is built into apps. */
const platform = /^(?:android|java|javax|dalvik|com\.android\.internal)\./;

/** Elements that bring classes of other packages into the app's process, by libraries of the device. */
const libraries: ReadonlySet<string> = new Set(['uses-library', 'uses-static-library', 'uses-sdk-library']);

/** `.Main` and `Main` are short for a class in the app's package (developer.android.com, activity-element). */
export function fullName(name: string | null, id: string | null): string | null {
  if (name === null || id === null) return name;
  if (name.startsWith('.')) return id + name;
  return name.includes('.') ? name : `${id}.${name}`;
}

/**
 * Classes that the manifest names to be started. What is disabled, the platform's, of a library of the device, or of a
 * module that is said to be missing, may be absent without anybody missing it.
 */
export function requiredClasses(manifest: XmlElement, resources: Resources, id: string | null): RequiredClass[] {
  const application = manifest.children.find(({ name }) => name === 'application');
  if (!application || resources.flag(application, 'hasCode') === false) return [];
  const text = (element: XmlElement, name: string) => resources.text(element, name);
  const provided = application.children.filter(({ name }) => libraries.has(name)).map((each) => text(each, 'name'));
  const isOthers = (name: string) =>
    platform.test(name) || provided.some((library) => library !== null && name.startsWith(`${library}.`));
  const own = ownPackages(id);
  const required: RequiredClass[] = [];
  const add = (element: XmlElement, attribute: string, role: string, starts = false) => {
    const name = fullName(text(element, attribute), id);
    // A place holder that nobody filled in names no class.
    if (name === null || !/^[^${}/;[\]]+$/.test(name) || isOthers(name)) return;
    required.push({ name, role, starts, isOwn: own.some((prefix) => name.startsWith(prefix)) });
  };
  add(application, 'name', 'application class', true);
  // Android goes on without one (AOSP, LoadedApk.createAppFactory).
  add(application, 'appComponentFactory', 'component factory');
  const isEnabled = (element: XmlElement) =>
    resources.values(element, 'enabled').every(({ value }) => value !== false) && text(element, 'splitName') === null;
  if (!isEnabled(application)) return required;
  for (const element of application.children) {
    const role = Object.hasOwn(kinds, element.name) ? kinds[element.name as keyof typeof kinds] : null;
    if (role === null || !isEnabled(element)) continue;
    const isFirst = role === 'activity' && isLauncher(element, resources);
    // An app does not start without the providers of its first process (AOSP, ActivityThread.installProvider).
    const isEarly = role === 'provider' && text(element, 'process') === null;
    add(element, 'name', isFirst ? 'launcher activity' : role, isFirst || isEarly);
  }
  return required;
}

/** What the app's own code begins with: its id, or the domain that this begins with. */
function ownPackages(id: string | null): string[] {
  if (id === null) return [''];
  const labels = id.split('.');
  return labels.length < 3 ? [`${id}.`] : [`${labels.slice(0, 2).join('.')}.`];
}

function isLauncher(activity: XmlElement, resources: Resources): boolean {
  return activity.children.some(({ name, children }) => {
    const named = new Set(name === 'intent-filter' ? children.map((each) => resources.text(each, 'name')) : []);
    return named.has('android.intent.action.MAIN') && named.has('android.intent.category.LAUNCHER');
  });
}
