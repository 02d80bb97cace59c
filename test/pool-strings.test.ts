import { describe, expect, it } from 'vitest';
import { beginsPoolString } from '../src/match/pool-string.ts';
import type { Report } from '../src/types.ts';
import { buildResourceTable } from './build/arsc.ts';
import { buildBinaryXml } from './build/axml.ts';
import { buildDex } from './build/dex.ts';
import { scan } from './build/verified.ts';
import { buildZip } from './build/zip.ts';

/** In a string pool of Android a string's length stands before it, and from 32 on it is a sign, a digit or a letter. */

const encodings = ['utf-8', 'utf-16'] as const;
const LONGEST = 400;

/** The text, lengthened by what belongs to no host, to every length there is. */
function ofEveryLength(text: string, filler: string): string[] {
  const most = LONGEST - text.length;
  return Array.from({ length: most }, (_, i) => text + filler.charAt(0) + filler.charAt(1).repeat(i));
}

function scanned(values: readonly string[], encoding: 'utf-8' | 'utf-16'): Promise<Report> {
  const files = {
    'AndroidManifest.xml': buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example.app' } }),
    'classes.dex': buildDex({ classes: [{ name: 'org.example.app.A' }] }),
    'resources.arsc': buildResourceTable({ encoding, types: [{ id: 1, values }] }),
  };
  return scan(buildZip(Object.entries(files).map(([name, data]) => ({ name, data }))), {
    budgets: { endpoints: 4000 },
  });
}

const hostsOf = ({ endpoints }: Report) => [...new Set(endpoints.map(({ host }) => host))];

describe.each(encodings)('in %s, whatever the length of the string', (encoding) => {
  it('a host that the rules know is that host', async () => {
    const report = await scanned(ofEveryLength('qos.agoralab.co', '/x'), encoding);
    expect(hostsOf(report)).toEqual(['qos.agoralab.co']);
    expect(report.endpoints[0]!.at[0]!.text).toBe('qos.agoralab.co');
  });

  it.each(['ws', 'wss', 'mqtt', 'rtsp', 'http'])('a URL of %s begins with its scheme', async (scheme) => {
    const urls = ofEveryLength(`${scheme}://media.example.org`, '/x');
    const report = await scanned(urls, encoding);
    expect(hostsOf(report)).toEqual(['media.example.org']);
    const texts = report.endpoints.flatMap(({ at, more }) => [at.length + more, ...at.map(({ text }) => text)]);
    expect(texts[0]).toBe(urls.length);
    expect(texts.slice(1).every((text) => String(text).startsWith(`${scheme}://`))).toBe(true);
  });

  it('a server of a call is one', async () => {
    for (const scheme of ['stun', 'turn', 'turns']) {
      const report = await scanned(ofEveryLength(`${scheme}:media.example.org`, '?x'), encoding);
      expect(hostsOf(report)).toEqual(['media.example.org']);
      expect(report.endpoints[0]!.at.length + report.endpoints[0]!.more).toBe(LONGEST - 18 - scheme.length);
    }
  });

  it('an address is that address', async () => {
    const report = await scanned(ofEveryLength('93.184.216.34', ':8'), encoding);
    expect(hostsOf(report)).toEqual(['93.184.216.34']);
  });
});

it('what else stands between two NULs is no string of a pool', () => {
  const begins = (head: readonly number[], text: string) => {
    const bytes = Uint8Array.from([...head, ...new TextEncoder().encode(text), 0, 1, 1, 0x78, 0]);
    return beginsPoolString(bytes, head.length);
  };
  const text = 'x'.repeat(65);
  expect(begins([0, 65, 65], text)).toBe(true);
  expect(begins([0x20, 65, 65], text)).toBe(false);
  expect(begins([0, 65, 66], text)).toBe(false);
  expect(begins([0, 66, 66], text)).toBe(false);
  expect(begins([0, 64, 64], text)).toBe(false);
  expect(begins([0, 64, 65], text)).toBe(false);
  // As many units as the bytes say: `ä` is one of two bytes, an emoji two of three bytes each (ART) or of four in all.
  expect(begins([0, 64, 66], `${'x'.repeat(62)}ää`)).toBe(true);
  expect(begins([0, 64, 66], `${'x'.repeat(62)}😀`)).toBe(true);
  expect(begins([0, 0x81, 0x41, 0x81, 0x41], 'x'.repeat(0x141))).toBe(true);
  expect(begins([0x30, 0x81, 0x41, 0x81, 0x41], 'x'.repeat(0x141))).toBe(false);
});
