import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { isJavaClass } from '../../src/formats/java-class/index.ts';
import { buildJavaClass } from '../build/java-class.ts';
import { pinned } from '../real/corpus.ts';
import { constantString } from './constant-string.ts';
import { hasJavap } from './javap.ts';

const folder = mkdtempSync(join(tmpdir(), 'waybill-javap-'));
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * The static final fields of type String that javap prints of some classes: their constants, or null for none. Of what is
 * not final the javap of JDK 17 prints no constant, that of 25 does.
 */
function javap(...args: readonly string[]): Map<string, string | null> {
  const text = execFileSync('javap', ['-p', '-constants', ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const found = new Map<string, string | null>();
  let owner = '';
  for (const line of text.split('\n')) {
    const heading = /\b(?:class|interface) ([\w.$]+)(?:<.*>)?[^;]*\{$/.exec(line);
    if (heading) owner = heading[1]!;
    const field = /^ .*\bstatic final .*?java\.lang\.String ([\w$]+)(?: = "(.*)")?;$/.exec(line);
    if (field) found.set(`${owner}\0${field[1]}`, field[2] ?? null);
  }
  return found;
}

/** A string as javap prints it. */
function printed(text: string): string {
  const escapes: Record<string, string> = {
    '\n': '\\n',
    '\t': '\\t',
    '\r': '\\r',
    '"': '\\"',
    '\\': '\\\\',
  };
  return text
    .replace(/[\n\t\r"\\]/g, (c) => escapes[c]!)
    .replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

describe.skipIf(!hasJavap())('constants of class files against javap', () => {
  it.each([
    [
      'RongCloud',
      'rongcloud-react-native-imlib@0.3.13',
      'lib/android/libs/Rong_IMLib.jar',
      '9d28c2642fba2c7fe0a86b47a60e9398aca1a79ef24181cf74c7257ce699094b',
      { strings: 275, others: 31 },
    ],
    [
      'Agora',
      'react-native-agora@1.2.5',
      'android/libs/agora-rtc-sdk.jar',
      '6c9d9f3e80a66c7def963dc41d90e8a18cc0e7bcfb86ea6b25c51fa1d4228202',
      { strings: 26, others: 0 },
    ],
  ])('reads every constant String of the jar of %s', (_, spec, path, digest, expected) => {
    const jar = pinned(spec, path, digest);
    const classes = new Map(
      Object.entries(unzipSync(readFileSync(jar), { filter: (entry) => entry.name.endsWith('.class') })).map(
        ([name, bytes]) => [name.slice(0, -'.class'.length).replaceAll('/', '.'), bytes],
      ),
    );
    const counts = { strings: 0, others: 0 };
    const wrong: unknown[] = [];
    for (const [key, value] of javap('-cp', jar, ...classes.keys())) {
      const [owner = '', field = ''] = key.split('\0');
      const bytes = classes.get(owner)!;
      expect(isJavaClass(bytes)).toBe(true);
      const found = constantString(bytes, owner, field);
      if ((found && printed(found.value)) !== value) wrong.push({ owner, field, value, found });
      counts[value === null ? 'others' : 'strings']++;
    }
    expect(wrong).toEqual([]);
    // dx makes as many static values of the same jars (test/real/dex-version.oracle.test.ts).
    expect(counts).toEqual(expected);
  });

  it('builds a class that javap reads alike', () => {
    const file = join(folder, 'BuildVar.class');
    writeFileSync(
      file,
      buildJavaClass({
        name: 'io.rong.BuildVar',
        interfaces: ['java.io.Serializable'],
        fields: [
          { name: 'TIME', value: -1n },
          { name: 'CODE', value: -7 },
          { name: 'SDK_VERSION', value: '2.9.22' },
          { name: 'LATE' },
        ],
      }),
    );
    expect([...javap(file)]).toEqual([
      ['io.rong.BuildVar\0SDK_VERSION', '2.9.22'],
      ['io.rong.BuildVar\0LATE', null],
    ]);
    const text = execFileSync('javap', ['-constants', file], { encoding: 'utf8' });
    expect(text).toContain('public static final long TIME = -1l;');
    expect(text).toContain('public static final int CODE = -7;');
  });
});
