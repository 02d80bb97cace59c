import { constantStrings } from '../../src/formats/java-class.ts';

/** One constant of a class file; null where the file is another class, or the field has none. */
export function constantString(
  bytes: Uint8Array,
  className: string,
  field: string,
): { readonly value: string; readonly offset: number } | null {
  for (const found of constantStrings(bytes)) {
    if (found.class === className && found.field === field) return { value: found.value, offset: found.offset };
  }
  return null;
}
