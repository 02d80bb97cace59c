import type { DataKind, Permission, Platform, Unit } from '../types.ts';

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

/** What each unit asks for, the whole bundle may use. */
interface Asked {
  readonly units: readonly Unit[];
  readonly manifestRead: boolean;
}

/** What an app must hold for the system to hand it this data, and whether it does; null where nothing is asked. */
export function permissionFor(data: DataKind, found: Asked): Permission | null {
  const platforms = [...new Set(found.units.map((unit) => unit.platform))];
  const names = platforms.flatMap((platform) => permissions[platform][data] ?? []);
  const [first] = names;
  if (first === undefined) return null;
  const declared = names.find((name) => found.units.some((unit) => unit.app.permissions.includes(name)));
  if (declared) return { name: declared, state: 'declared' };
  return { name: first, state: found.manifestRead ? 'absent' : 'undetermined' };
}
