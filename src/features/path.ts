import { frameworkOf } from '../bundle/executables.ts';
import { entryName, meaning } from '../formats/passage.ts';
import type { Scene, SceneUnit } from '../inventory/facts.ts';
import type { Collector } from './collector.ts';
import { ar } from './kinds/ar.ts';
import type { ContentKind } from './kinds/index.ts';
import { packed } from './kinds/packed.ts';

/** Names and texts of compiled C# code, wherever Unity's players look for it (`isCode` of the kinds of bundle). */
const UNITY_METADATA = '/Managed/Metadata/global-metadata.dat';

/** Where an entry stands in its unit as a device has it, or in the archive inside of it. */
export function placeOf(path: string, unit: SceneUnit | null): string {
  const within = path.slice(unit?.root.length ?? 0);
  const bang = within.lastIndexOf('!');
  return bang < 0 ? (unit?.installed(within) ?? within) : within.slice(bang + 1);
}

/** Hands over what the path of an entry says: its name, the library or framework it is, the class a .class file holds. */
export function matchName(path: string, scene: Scene, into: Collector): void {
  const unit = scene.unitOf(path);
  const local = placeOf(path, unit);
  into.place = local;
  const seen = () => entryName(path);
  into.facts.name('file', local, 'defined', null, seen);
  const file = local.slice(local.lastIndexOf('/') + 1);
  if (file.endsWith('.class')) {
    const name = local.slice(0, -'.class'.length).replaceAll('/', '.');
    into.className = name;
    into.facts.name('class', name, 'defined', null, () => meaning(entryName(path), name));
    return;
  }
  const framework = frameworkOf(local);
  const library = framework ?? (/\.so(\.|$)|\.dylib$/.test(file) ? file : null);
  if (library) into.facts.name('library', library, 'defined', null, seen);
  if (path === unit?.executable) into.native = { kind: 'library', name: file, main: true };
  else if (framework) into.native = { kind: 'framework', name: framework, main: false };
  else if (library) into.native = { kind: 'library', name: library, main: false };
}

/**
 * Whether the system loads this entry as code, and content of that kind is none to it: what stands there and is no code
 * hides what it is.
 */
export function isLoadedInVain(path: string, kind: ContentKind, scene: Scene): boolean {
  const unit = scene.unitOf(path);
  if (unit === null) return false;
  const besides = unit.root === '' ? scene.beside : null;
  return isNoCode(path, kind, unit) || (besides !== null && isNoCode(path, kind, besides));
}

function isNoCode(path: string, kind: ContentKind, unit: SceneUnit): boolean {
  if (!unit.isCode(path)) return false;
  // What Unity keeps beside compiled code is no executable on iOS either.
  if (unit.platform === 'android' || path.endsWith(UNITY_METADATA)) {
    // .NET for Android packs its assemblies: what comes of that is said where it is unpacked.
    return !kind.isCode && !(kind === packed && path.endsWith('.dll'));
  }
  // A static library is not loaded, by its name or copied along as if it were a framework, and is read like one that is.
  const isStatic = kind === ar && (path.includes('.framework/') || path.endsWith('.a'));
  return kind.platform !== 'ios' && !isStatic;
}
