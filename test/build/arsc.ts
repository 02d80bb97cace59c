import { chunk, halves, stringPool, typed, words, type XmlValue } from './axml.ts';

/** How a type's entries are laid out (ResTable_type::flags; `compact` is a flag of each entry). */
export type ArscLayout = 'plain' | 'sparse' | 'offset16' | 'compact';

export interface ArscType {
  /** From 1, as in a resource id 0x7fTTEEEE. */
  readonly id: number;
  /** `pt-BR`; empty for the default. */
  readonly language?: string;
  readonly layout?: ArscLayout;
  /** By entry index; null for an entry that the configuration has no value for, `bag` for a style. */
  readonly values: readonly (XmlValue | null | 'bag-entry')[];
}

export interface ArscDescription {
  readonly encoding?: 'utf-8' | 'utf-16';
  readonly package?: number;
  readonly types: readonly ArscType[];
}

const packageHeader = 288;

/** Writes a resource table (AOSP ResourceTypes.h): one package, its types as described. */
export function buildResourceTable({ encoding = 'utf-8', package: id = 0x7f, types }: ArscDescription): Uint8Array {
  const strings: string[] = [];
  const index = (text: string) => {
    const known = strings.indexOf(text);
    return known >= 0 ? known : strings.push(text) - 1;
  };
  const body = types.flatMap((type) => typeChunk(type, index));
  const pool = stringPool(strings, encoding);
  const empty = stringPool([], encoding);
  const header = [
    ...words(id),
    ...new Array<number>(256).fill(0),
    ...words(packageHeader, 0, packageHeader + empty.length, 0, 0),
  ];
  const whole = chunk(0x0200, header, [...empty, ...empty, ...body]);
  return Uint8Array.from(chunk(0x0002, words(1), [...pool, ...whole]));
}

function typeChunk(
  { id, language = '', layout = 'plain', values }: ArscType,
  index: (text: string) => number,
): number[] {
  const entries: number[] = [];
  const offsets = values.map((value) => {
    if (value === null) return null;
    const at = entries.length;
    if (value === 'bag-entry') entries.push(...halves(16, 1), ...words(0, 0, 0));
    else {
      const [type, data] = typed(value, index);
      if (layout === 'compact') entries.push(...halves(0, 8 | (type << 8)), ...words(data));
      else entries.push(...halves(8, 0), ...words(0), ...halves(8, type << 8), ...words(data));
    }
    return at;
  });
  const listed = offsets.flatMap((offset, i) => (offset === null ? [] : [halves(i, offset / 4)]));
  const table =
    layout === 'sparse'
      ? listed.flat()
      : layout === 'offset16'
        ? offsets.flatMap((offset) => halves(offset === null ? 0xffff : offset / 4))
        : offsets.flatMap((offset) => words(offset ?? 0xffff_ffff));
  while (table.length % 4 !== 0) table.push(0);
  const flags = layout === 'sparse' ? 1 : layout === 'offset16' ? 2 : 0;
  const count = layout === 'sparse' ? listed.length : values.length;
  const [name = '', country = ''] = language.split('-');
  const locale = [...letters(name), ...letters(country)];
  const config = [...words(64, 0), ...locale, ...new Array<number>(52).fill(0)];
  const header = 20 + config.length;
  const own = [id, flags, 0, 0, ...words(count, header + table.length), ...config];
  return chunk(0x0201, own, [...table, ...entries]);
}

function letters(text: string): number[] {
  return text === '' ? [0, 0] : [text.charCodeAt(0), text.charCodeAt(1)];
}
