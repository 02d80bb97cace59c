import { finished } from '../../src/allowance.ts';
import { ClassFile, takeStrings, visitParts } from '../../src/formats/java-class/index.ts';

/** One constant of a class file; null where the file is another class, or the field has none. */
export function constantString(
  bytes: Uint8Array,
  className: string,
  field: string,
): { readonly value: string; readonly offset: number } | null {
  const file = new ClassFile(bytes);
  const found: { value: string; offset: number }[] = [];
  const taker = {
    constant: ({
      class: owner,
      field: name,
      value,
      offset,
    }: {
      class: string;
      field: string;
      value: string;
      offset: number;
    }) => {
      if (owner === className && name === field) found.push({ value, offset });
    },
    string: () => {},
  };
  try {
    finished(visitParts(file, { attribute: (attribute) => takeStrings(file, attribute, () => false, taker) }));
  } catch (error) {
    // What came before the place where the file breaks off was handed over.
    if (found.length === 0) throw error;
  }
  return found[0] ?? null;
}
