import { build, buildBinary, type PlistValue as PackageValue } from 'plist';
import type { PlistValue } from '../../src/formats/plist/index.ts';

/** Writes a property list, binary or XML, of a value or of plain JSON. XML has no null: leave it out there. */
export function buildPlist(value: PlistValue | PackageValue, format: 'xml' | 'binary'): Uint8Array {
  if (format === 'binary') return buildBinary(forPackage(value, 'UID'));
  return new TextEncoder().encode(`${build(forPackage(value, 'CF$UID'))}\n`);
}

/** The package wants plain objects. Own properties, so that even `__proto__` is a key. */
function forPackage(value: PlistValue | PackageValue, uidKey: string): PackageValue {
  if (value instanceof Map) {
    const object = {};
    for (const [key, element] of value)
      Object.defineProperty(object, key, { value: forPackage(element, uidKey), enumerable: true });
    return object;
  }
  if (Array.isArray(value)) return value.map((element) => forPackage(element, uidKey));
  if (isUid(value)) return { [uidKey]: value.uid };
  return value as PackageValue;
}

function isUid(value: PlistValue | PackageValue): value is { uid: number } {
  return typeof value === 'object' && value !== null && 'uid' in value && Object.keys(value).length === 1;
}

/** The parts of a binary property list, for what no writer would write. Offsets of objects are filled in. */
export function assembleBinaryPlist(
  objects: readonly (readonly number[])[],
  trailer: { top?: number; count?: number; offsetSize?: number; referenceSize?: number; table?: number } = {},
): Uint8Array {
  const offsetSize = trailer.offsetSize ?? 2;
  const offsets: number[] = [];
  const body = [...'bplist00'].map((character) => character.charCodeAt(0));
  for (const object of objects) {
    offsets.push(body.length);
    for (const byte of object) body.push(byte);
  }
  const table = body.length;
  for (const offset of offsets) body.push(offset >> 8, offset & 0xff);
  const bytes = new Uint8Array(body.length + 32);
  bytes.set(body);
  const view = new DataView(bytes.buffer, body.length);
  view.setUint8(6, offsetSize);
  view.setUint8(7, trailer.referenceSize ?? 1);
  view.setBigUint64(8, BigInt(trailer.count ?? objects.length));
  view.setBigUint64(16, BigInt(trailer.top ?? 0));
  view.setBigUint64(24, BigInt(trailer.table ?? table));
  return bytes;
}
