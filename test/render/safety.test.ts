import { describe, expect, it } from 'vitest';
import { columns, printable } from '../../src/render/text/safety.ts';

describe('printable', () => {
  it.each([
    ['ESC', '\u001b[31m', '\\x1b[31m'],
    ['CSI in C1', '\u009b31m', '\\x9b31m'],
    ['NUL', '\0', '\\x00'],
    ['DEL', '\u007f', '\\x7f'],
    ['line breaks', 'a\r\nb\u0085c\u2028d\u2029', 'a\\r\\nb\\x85c\\u2028d\\u2029'],
    ['tab', 'a\tb', 'a\\tb'],
    ['bidi override', 'abc\u202egpj.exe', 'abc\\u202egpj.exe'],
    ['bidi isolate', '\u2066x\u2069', '\\u2066x\\u2069'],
    ['zero width', 'goo\u200bgle', 'goo\\u200bgle'],
    ['byte order mark', '\ufeffx', '\\ufeffx'],
    ['soft hyphen', 'a\u00adb', 'a\\xadb'],
    ['no-break space', 'a\u00a0b', 'a\\xa0b'],
    ['tag character', 'a\u{e0041}', 'a\\u{e0041}'],
    ['variation selector', 'a\ufe0f', 'a\\ufe0f'],
    ['Hangul filler', '\u3164', '\\u3164'],
    ['private use', '\ue000', '\\ue000'],
    ['lone surrogate', '\ud800', '\\ud800'],
    ['command to a runner', 'a##[add-mask]b', 'a#\\x23[add-mask]b'],
    ['backslash', '\\x1b', '\\\\x1b'],
    ['several spaces', 'a   b', 'a\\x20\\x20 b'],
  ])('writes out %s', (_name, input, output) => {
    expect(printable(input)).toBe(output);
  });

  it.each(['Agora', '声网', 'Größe', 'नमस्ते', 'e\u0301', 'файл.apk', '😀'])('leaves %s as it is', (text) => {
    expect(printable(text)).toBe(text);
  });

  it('lets four marks stand on a letter and writes out the rest', () => {
    expect(printable(`e${'\u0301'.repeat(6)}`)).toBe(`e${'\u0301'.repeat(4)}\\u0301\\u0301`);
  });

  it('gives different text for different text, for every character', () => {
    const seen = new Map<string, number>();
    for (let code = 0; code < 0x3000; code++) {
      const output = printable(`a${String.fromCodePoint(code)}b`);
      expect(seen.get(output), `U+${code.toString(16)}`).toBeUndefined();
      seen.set(output, code);
      expect(output).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
  });

  it('cuts what is written to flood a screen', () => {
    const output = printable('a'.repeat(1_000_000));
    expect(output.length).toBeLessThan(4_100);
    expect(output).toContain('996000 characters more');
  });
});

describe('columns', () => {
  it.each([
    ['abc', 3],
    ['声网', 4],
    ['e\u0301', 1],
    ['한국', 4],
    ['😀', 2],
    ['ｆｕｌｌ', 8],
  ])('%s takes as many as a terminal gives it', (text, count) => {
    expect(columns(text)).toBe(count);
  });
});
