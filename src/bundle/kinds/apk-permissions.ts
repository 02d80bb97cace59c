import type { Working } from '../../allowance.ts';
import type { XmlElement } from '../../formats/axml/index.ts';
import { order } from '../../order.ts';
import type { App, ImpliedPermission, PermissionLimit } from '../../types.ts';
import type { Resources } from './apk-resources.ts';

/** Elements that ask for a permission: AOSP, PackageParser.java, TAG_USES_PERMISSION and beside it (seen 2026-11-26). */
const asksFor: ReadonlySet<string> = new Set(['uses-permission', 'uses-permission-sdk-23', 'uses-permission-sdk-m']);

/** Permissions that an app has by an older target: AOSP, CompatibilityPermissionInfo.COMPAT_PERMS (seen 2026-11-26). */
const byTarget: readonly (readonly [below: number, name: string])[] = [
  [4, 'READ_PHONE_STATE'],
  [4, 'WRITE_EXTERNAL_STORAGE'],
  [33, 'POST_NOTIFICATIONS'],
];

/** What one permission brings to apps that target less: AOSP, data/etc/platform.xml of Android 14 (seen 2026-11-26). */
const split: readonly (readonly [of: string, below: number, brings: readonly string[]])[] = [
  ['ACCESS_FINE_LOCATION', Infinity, ['ACCESS_COARSE_LOCATION']],
  ['WRITE_EXTERNAL_STORAGE', Infinity, ['READ_EXTERNAL_STORAGE']],
  ['READ_CONTACTS', 16, ['READ_CALL_LOG']],
  ['WRITE_CONTACTS', 16, ['WRITE_CALL_LOG']],
  ['ACCESS_FINE_LOCATION', 29, ['ACCESS_BACKGROUND_LOCATION']],
  ['ACCESS_COARSE_LOCATION', 29, ['ACCESS_BACKGROUND_LOCATION']],
  ['READ_EXTERNAL_STORAGE', 29, ['ACCESS_MEDIA_LOCATION']],
  ['WRITE_EXTERNAL_STORAGE', 29, ['ACCESS_MEDIA_LOCATION']],
  ['BLUETOOTH', 31, ['BLUETOOTH_SCAN', 'BLUETOOTH_CONNECT', 'BLUETOOTH_ADVERTISE']],
  ['BLUETOOTH_ADMIN', 31, ['BLUETOOTH_SCAN', 'BLUETOOTH_CONNECT', 'BLUETOOTH_ADVERTISE']],
  ['BODY_SENSORS', 33, ['BODY_SENSORS_BACKGROUND']],
  ['READ_EXTERNAL_STORAGE', 33, ['READ_MEDIA_AUDIO', 'READ_MEDIA_VIDEO', 'READ_MEDIA_IMAGES']],
  ['WRITE_EXTERNAL_STORAGE', 33, ['READ_MEDIA_AUDIO', 'READ_MEDIA_VIDEO', 'READ_MEDIA_IMAGES']],
  ['READ_MEDIA_IMAGES', Infinity, ['READ_MEDIA_VISUAL_USER_SELECTED']],
  ['READ_MEDIA_VIDEO', Infinity, ['READ_MEDIA_VISUAL_USER_SELECTED']],
  ['ACCESS_MEDIA_LOCATION', Infinity, ['READ_MEDIA_VISUAL_USER_SELECTED']],
];

/** Elements between two moments in which the work can be left. */
const SOME = 256;

const whole = (name: string) => `android.permission.${name}`;

/**
 * What a manifest asks for, and what comes with it. Android asks for what stands directly below the root, and passes over
 * the same deeper down.
 */
export function* permissionsOf(
  manifest: XmlElement,
  resources: Resources,
  { minOs, targetOs }: Pick<App, 'minOs' | 'targetOs'>,
): Working<Pick<App, 'permissions' | 'permissionLimits' | 'implied'>> {
  const least = levelOf(minOs) ?? 1;
  /** By name: the highest level that it is asked for on. */
  const asked = new Map<string, number>();
  for (const [i, element] of manifest.children.entries()) {
    if (i % SOME === SOME - 1) yield SOME;
    const name = asksFor.has(element.name) ? resources.text(element, 'name') : null;
    if (!name) continue;
    const max = levelOf(resources.text(element, 'maxSdkVersion')) || Infinity;
    // No device that installs the app is of a level on which it asks.
    if (max < least) continue;
    asked.set(name, Math.max(max, asked.get(name) ?? 0));
  }
  const permissions = [...asked.keys()].sort(order);
  yield SOME;
  const permissionLimits = permissions.flatMap((name): PermissionLimit[] => {
    const maxSdk = asked.get(name)!;
    return maxSdk === Infinity ? [] : [{ name, maxSdk }];
  });
  return { permissions, permissionLimits, implied: impliedBy(asked, targetOf({ minOs, targetOs })) };
}

function impliedBy(asked: ReadonlyMap<string, number>, target: number): ImpliedPermission[] {
  const implied = new Map<string, string>();
  for (const [below, name] of byTarget) {
    if (target < below && !asked.has(whole(name))) implied.set(whole(name), 'targetSdkVersion');
  }
  // In one go, in the order of the table, as ParsingPackageUtils.convertSplitPermissions does.
  for (const [of, below, brings] of split) {
    if (target >= below || !(asked.has(whole(of)) || implied.has(whole(of)))) continue;
    for (const name of brings.map(whole)) if (!asked.has(name) && !implied.has(name)) implied.set(name, whole(of));
  }
  return [...implied].map(([name, by]) => ({ name, by })).sort((a, b) => order(a.name, b.name));
}

/** The API level that an app is written for: where it says none, the least that it runs on. */
export function targetOf({ minOs, targetOs }: Pick<App, 'minOs' | 'targetOs'>): number {
  return levelOf(targetOs) ?? levelOf(minOs) ?? 1;
}

/** An API level; a preview's code name is above all that are out. Null where nothing says. */
function levelOf(text: string | null): number | null {
  if (text === null) return null;
  return /^\d+$/.test(text) ? Number(text) : Infinity;
}
