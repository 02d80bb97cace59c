import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeMutf8, openDex, visitMethods, visitStrings, visitTypes } from '../../src/formats/dex/index.ts';
import { buildDex } from '../build/dex.ts';
import { npmPackage } from '../real/corpus.ts';
import { hasDexdump } from './dexdump.ts';

const bundles = [
  ['android-apidemos@5.0.0', 'ApiDemos-debug.apk', 1],
  ['io.appium.settings@8.0.10', 'settings_apk-debug.apk', 9],
  ['appium-uiautomator2-server@10.6.6', 'appium-uiautomator2-server-v10.6.6.apk', 16],
] as const;

const folder = mkdtempSync(join(tmpdir(), 'waybill-dex-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Dump {
  readonly counts: Map<string, number>;
  readonly classes: string[];
  /** `Lx/Y;.name` of each method defined. */
  readonly methods: Set<string>;
}

/** What dexdump sees; it checks the checksum and the structure of the whole file first. */
function dexdump(bytes: Uint8Array): Dump {
  const file = join(folder, 'classes.dex');
  const dump = join(folder, 'dump.txt');
  writeFileSync(file, bytes);
  execFileSync('dexdump', ['-f', '-o', dump, file], { stdio: ['ignore', 'ignore', 'pipe'] });
  const counts = new Map<string, number>();
  const classes: string[] = [];
  const methods = new Set<string>();
  let owner = '';
  let areMethods = false;
  for (const line of readFileSync(dump, 'latin1').split('\n')) {
    const count = /^(\w+_size) +: (\d+)$/.exec(line);
    if (count) counts.set(count[1]!, Number(count[2]));
    const type = /^ {2}Class descriptor {2}: '(.*)'$/.exec(line);
    if (type) classes.push(type[1]!);
    const heading = /^ {2}\w+ (fields|methods) +-$/.exec(line);
    if (heading) areMethods = heading[1] === 'methods';
    const member = /^ {4}#\d+ +: \(in (.*)\)$/.exec(line);
    if (member) owner = member[1]!;
    const name = /^ {6}name +: '(.*)'$/.exec(line);
    if (name && areMethods) methods.add(`${owner}.${name[1]!}`);
  }
  return { counts, classes, methods };
}

function compare(bytes: Uint8Array): { classes: number; methods: number; strings: number } {
  const dump = dexdump(bytes);
  const dex = openDex(bytes);
  const text = (start: number, end: number) => Buffer.from(bytes.subarray(start, end)).toString('latin1');

  expect(dex.strings.count).toBe(dump.counts.get('string_ids_size'));
  expect(dex.types.count).toBe(dump.counts.get('type_ids_size'));
  expect(dex.protos.count).toBe(dump.counts.get('proto_ids_size'));
  expect(dex.fields.count).toBe(dump.counts.get('field_ids_size'));
  expect(dex.methods.count).toBe(dump.counts.get('method_ids_size'));
  expect(dex.classes.count).toBe(dump.counts.get('class_defs_size'));

  const classes: string[] = [];
  visitTypes(dex, (_, start, end, defined) => {
    const found = text(start, end);
    if (defined) classes.push(found);
  });
  expect(classes.sort()).toEqual(dump.classes.sort());

  const members = new Set<string>();
  let methods = 0;
  visitMethods(dex, (_, classStart, classEnd, nameStart, nameEnd) => {
    members.add(`${text(classStart, classEnd)}.${text(nameStart, nameEnd)}`);
    methods++;
  });
  expect([...dump.methods].filter((each) => !members.has(each))).toEqual([]);

  // string_ids are sorted by code units and hold each string once: a range that is off by one breaks the order.
  let strings = 0;
  let last = '';
  visitStrings(dex, (index, start, end) => {
    const decoded = decodeMutf8(dex.bytes, start, end);
    if (index > 0 && decoded <= last) expect.fail(`string ${index} at ${start}-${end} is out of order`);
    last = decoded;
    strings++;
  });
  expect(strings).toBe(dex.strings.count);
  expect(dex.problems).toEqual([]);
  expect(dex.anomalies).toEqual([]);
  return { classes: classes.length, methods, strings };
}

describe.skipIf(!hasDexdump())('DEX reader against dexdump', () => {
  it.each(bundles)('sees the classes and counts of every DEX in %s', (spec, apk, files) => {
    const folderOfApks = join(npmPackage(spec), 'apks');
    expect(readdirSync(folderOfApks)).toContain(apk);
    const entries = unzipSync(readFileSync(join(folderOfApks, apk)), { filter: ({ name }) => name.endsWith('.dex') });
    expect(Object.keys(entries)).toHaveLength(files);
    for (const bytes of Object.values(entries)) compare(bytes);
  });

  it.each(['035', '037', '038', '039'])('builds a version %s that dexdump accepts', (version) => {
    const bytes = buildDex({
      version,
      classes: [
        { name: 'io.agora.rtc.internal.RtcEngineImpl', super: 'io.agora.rtc.RtcEngine', methods: ['<init>', 'mute'] },
        { name: 'io.agora.rtc.RtcEngine', interfaces: ['java.lang.Runnable', 'io.x.Own'], methods: ['run', 'create'] },
        { name: 'io.x.Own' },
      ],
      references: ['other.Type', '[I', '[Lother/Element;'],
      methodRefs: [{ class: 'other.Type', name: 'call' }],
      strings: ['https://example.com/', 'ä €', '😀', 'a\0b', ''],
    });
    const counts = compare(bytes);
    expect(counts).toMatchObject({ classes: 3, methods: 5 });
    expect(dexdump(bytes).methods).toContain('Lio/agora/rtc/RtcEngine;.create');
  });
});
