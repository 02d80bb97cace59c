/** One file to put into a static archive, and the symbols it defines. */
export interface MemberDescription {
  name: string;
  data: Uint8Array;
  symbols?: string[];
}

export type ArchiveVariant = 'gnu' | 'gnu64' | 'bsd' | 'bsd64' | 'bsd-big-endian';

/** Writes a static archive with a symbol table in front, as GNU ar or Apple's libtool does. */
export function buildArchive(members: readonly MemberDescription[], variant: ArchiveVariant = 'gnu'): Uint8Array {
  const gnu = variant.startsWith('gnu');
  const word = variant.endsWith('64') ? 8 : 4;
  const littleEndian = variant === 'bsd' || variant === 'bsd64';
  const symbols = members.flatMap(({ symbols = [] }, member) => symbols.map((name) => ({ name, member })));
  const names = text(symbols.map(({ name }) => `${name}\0`).join(''));
  const table =
    symbols.length === 0
      ? 0
      : gnu
        ? (1 + symbols.length) * word + names.length
        : 2 * word * (1 + symbols.length) + names.length;

  let longNames = '';
  const files = members.map(({ name, data }) => {
    if (!gnu) return bsdMember(name, data);
    if (name.length < 16) return member(`${name}/`, data);
    longNames += `${name}/\n`;
    return member(`/${longNames.length - name.length - 2}`, data);
  });
  const longTable = longNames === '' ? new Uint8Array(0) : member('//', text(longNames));
  const indexName = variant === 'bsd64' ? '__.SYMDEF_64' : '__.SYMDEF SORTED';
  const indexMember = (content: Uint8Array) =>
    symbols.length === 0
      ? new Uint8Array(0)
      : gnu
        ? member(variant === 'gnu64' ? '/SYM64/' : '/', content)
        : bsdMember(indexName, content);

  // The index holds offsets behind itself: its size is known, so they are too.
  const offsets: number[] = [];
  let at = 8 + indexMember(new Uint8Array(table)).length + longTable.length;
  for (const file of files) {
    offsets.push(at);
    at += file.length;
  }
  const words = gnu
    ? [symbols.length, ...symbols.map(({ member }) => offsets[member]!)]
    : [symbols.length * 2 * word, ...pairs(symbols, offsets), names.length];
  const index = new Uint8Array(table);
  const view = new DataView(index.buffer);
  if (table > 0) {
    words.forEach((value, i) => {
      if (word === 8) view.setBigUint64(i * 8, BigInt(value), littleEndian);
      else view.setUint32(i * 4, value, littleEndian);
    });
    index.set(names, words.length * word);
  }
  return concat([text('!<arch>\n'), indexMember(index), longTable, ...files]);
}

function pairs(symbols: readonly { name: string; member: number }[], offsets: readonly number[]): number[] {
  let name = 0;
  return symbols.flatMap((symbol) => {
    const pair = [name, offsets[symbol.member]!];
    name += symbol.name.length + 1;
    return pair;
  });
}

function member(name: string, data: Uint8Array): Uint8Array {
  const header = `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(data.length).padEnd(10)}\`\n`;
  return concat([text(header), data, text(data.length % 2 === 1 ? '\n' : '')]);
}

function bsdMember(name: string, data: Uint8Array): Uint8Array {
  const padded = name.padEnd(Math.ceil(name.length / 4) * 4, '\0');
  return member(`#1/${padded.length}`, concat([text(padded), data]));
}

function text(value: string): Uint8Array {
  return Uint8Array.from(value, (character) => character.charCodeAt(0));
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
