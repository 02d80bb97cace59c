import type { Command } from './command.ts';
import type { Dylib, DylibVersions } from './types.ts';

// dylib_use_command (mach-o/loader.h of Xcode 16): this marker stands where dylib_command has its time stamp.
const DYLIB_USE_MARKER = 0x1a74_1800;
const DYLIB_USE_WEAK_LINK = 1;
const DYLIB_USE_REEXPORT = 2;
const DYLIB_USE_UPWARD = 4;

/** `xxxx.yy.zz` in nibbles, as every version but LC_SOURCE_VERSION is written. */
export function dottedVersion(packed: number): string {
  return `${packed >>> 16}.${(packed >>> 8) & 0xff}.${packed & 0xff}`;
}

/** The same for operating systems: otool leaves a last part of 0 out. */
export function systemVersion(packed: number): string {
  const dotted = dottedVersion(packed);
  return packed & 0xff ? dotted : dotted.slice(0, -2);
}

/** LC_SOURCE_VERSION packs A.B.C.D.E as 24 and four times 10 bits; trailing zeros are left out as otool does. */
export function sourceVersion(high: number, low: number): string {
  const parts = [
    high >>> 8,
    ((high & 0xff) << 2) | (low >>> 30),
    (low >>> 20) & 0x3ff,
    (low >>> 10) & 0x3ff,
    low & 0x3ff,
  ];
  while (parts.length > 2 && parts.at(-1) === 0) parts.pop();
  return parts.join('.');
}

export function readDylibVersions(command: Command): DylibVersions | null {
  const name = command.string(8);
  if (name === null) return null;
  const versions = { current: dottedVersion(command.u32(16)), compatibility: dottedVersion(command.u32(20)) };
  const at = { name: command.offset + command.u32(8), current: command.offset + 16 };
  return { name, ...versions, at: { ...at, packed: command.bytes.slice(16, 20) } };
}

/** @param kind what the load command says; the flags of a dylib_use_command say it more exactly */
export function readDylib(command: Command, kind: Dylib['kind']): Dylib {
  // Imports name libraries by their place in the list: one without a readable name must still take its place.
  const versions = readDylibVersions(command) ?? { name: '', current: '0.0.0', compatibility: '0.0.0', at: null };
  if (command.size < 28 || command.u32(12) !== DYLIB_USE_MARKER) return { ...versions, kind };
  const flags = command.u32(24);
  if (flags & DYLIB_USE_REEXPORT) return { ...versions, kind: 'reexport' };
  if (flags & DYLIB_USE_UPWARD) return { ...versions, kind: 'upward' };
  return { ...versions, kind: flags & DYLIB_USE_WEAK_LINK ? 'weak' : kind };
}
