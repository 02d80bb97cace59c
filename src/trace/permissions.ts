import { isLibrary } from '../inventory/library.ts';
import type { DataKind, Detection, Permission, Platform, Unit, UnitKind } from '../types.ts';

/** What the operating system asks before it hands this data out. */
const permissions: Record<Platform, Partial<Record<DataKind, readonly string[]>>> = {
  android: {
    microphone: ['android.permission.RECORD_AUDIO'],
    camera: ['android.permission.CAMERA'],
    location: ['android.permission.ACCESS_FINE_LOCATION', 'android.permission.ACCESS_COARSE_LOCATION'],
  },
  ios: {
    microphone: ['NSMicrophoneUsageDescription'],
    camera: ['NSCameraUsageDescription'],
    // The last is asked of before iOS 11 (Apple, "NSLocationAlwaysUsageDescription").
    location: [
      'NSLocationWhenInUseUsageDescription',
      'NSLocationAlwaysAndWhenInUseUsageDescription',
      'NSLocationAlwaysUsageDescription',
    ],
  },
};

/** Who may ask, and whether all of what they ask for was read. */
export interface Asking {
  readonly units: readonly Unit[];
  /** False where the manifest could not be read whole: no permission is then known to be absent. */
  readonly manifestRead: boolean;
}

/**
 * Whether the app that an SDK stands in asks for what this data needs. An extension shares what it gets with the app
 * around it; an app on the watch and an app clip are apps of their own, which the user grants their own. Null for data
 * that the system hands out unasked.
 */
export function permissionFor(
  data: DataKind,
  { units, manifestRead }: Asking,
  detection: Detection,
): Permission | null {
  const platforms = [...new Set(units.map((unit) => unit.platform))];
  const names = platforms.flatMap((platform) => permissions[platform][data] ?? []);
  const [first] = names;
  if (first === undefined) return null;
  const own = unitsAround(detection, units);
  const declared = names.find((name) => own.some((unit) => unit.app.permissions.includes(name)));
  if (declared) return { name: declared, state: 'declared' };
  // What a library does not ask for, the app that takes it in may.
  const isWhole = manifestRead && !isLibrary(units);
  return { name: first, state: isWhole ? 'absent' : 'undetermined' };
}

/** Apps of their own. */
const apartKinds: ReadonlySet<UnitKind> = new Set<UnitKind>(['watch-app', 'app-clip', 'nested']);

/** The units that share what they are granted with the SDK; all where it stands nowhere. */
function unitsAround({ instances }: Detection, units: readonly Unit[]): readonly Unit[] {
  const own = units.filter(({ kind }) => apartKinds.has(kind));
  if (own.length === 0 || instances.length === 0) return units;
  const isIn = (path: string, unit: Unit) => path.startsWith(`${unit.path}/`) || path.startsWith(`${unit.path}!`);
  const apart = (path: string) => own.filter((unit) => isIn(path, unit)).map((unit) => unit.path);
  // Of an app on the watch that stands in a clip, the innermost folder is the longest.
  const around = (path: string) => apart(path).sort((a, b) => b.length - a.length)[0] ?? null;
  const apps = new Set(instances.map(({ path }) => around(path)));
  return units.filter((unit) => apps.has(around(`${unit.path}/`)));
}
