/**
 * Named references that stand for ASCII (HTML, 13.5 "Named character references"), less those for letters of no URL. What
 * else a name stands for is in no host and in no path of a known script.
 */
const named: Readonly<Record<string, string>> = {
  Tab: '\t',
  NewLine: '\n',
  excl: '!',
  quot: '"',
  QUOT: '"',
  num: '#',
  dollar: '$',
  percnt: '%',
  amp: '&',
  AMP: '&',
  apos: "'",
  lpar: '(',
  rpar: ')',
  ast: '*',
  midast: '*',
  plus: '+',
  comma: ',',
  period: '.',
  sol: '/',
  colon: ':',
  semi: ';',
  equals: '=',
  quest: '?',
  commat: '@',
  bsol: '\\',
  lowbar: '_',
  UnderBar: '_',
};

/** The value of an attribute with its character references replaced (13.2.5.72 to 80). Others stay as they stand. */
export function withoutReferences(value: string): string {
  if (!value.includes('&')) return value;
  return value.replace(
    /&(?:#(?:([0-9]{1,7})|[xX]([0-9a-fA-F]{1,6}));?|([A-Za-z]{2,10});|amp(?![=0-9A-Za-z]))/g,
    (all, dec, hex, name) => {
      if (name !== undefined) return named[name] ?? all;
      if (dec === undefined && hex === undefined) return '&';
      const code = dec === undefined ? Number.parseInt(hex, 16) : Number(dec);
      return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : '\ufffd';
    },
  );
}
