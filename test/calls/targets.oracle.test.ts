import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { bodyAt } from '../../src/formats/dex/calls/code.ts';
import { memberOf, methodNameOf, openDex } from '../../src/formats/dex/index.ts';
import { everyRow } from '../../src/formats/dex/member-names.ts';
import { visitMethodsOf } from '../../src/formats/dex/members.ts';
import { visitWrites } from '../../src/formats/dex/uses.ts';
import { dumpOf, hasDexdump } from '../formats/dexdump.ts';
import { real } from '../real/compose.ts';
import { dexesByD8, hasJava, jarInside } from '../real/maven.ts';

/** Calls, writes, jumps and handlers as the followers of code see them, against what `dexdump -d` prints. */

const everything = () => true;
const hex = (text: string) => Number.parseInt(text, 16);
const dotted = (descriptor: string) => descriptor.replace(/^L|;$/g, '').replaceAll('/', '.');
const table: string[] = [];

/** `method > kind row class.member @ offset` of each call and write, and `offset → units` of each jump and switch. */
function dumped(dump: string) {
  const sites: string[] = [];
  const jumps: string[] = [];
  const handlers: string[] = [];
  let method = '';
  let start = 0;
  const lines = dump.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const begins = /^([0-9a-f]{6,8}): +\|\[[0-9a-f]+\] (\S+):\(/.exec(line);
    if (begins) [, , method = ''] = begins;
    if (begins) start = hex(begins[1]!);
    const caught = /^ {6}catches +: (\d+)$/.exec(line);
    if (caught && caught[1] !== '0') {
      let range = '';
      while (/^ {8,}(0x[0-9a-f]+ - |.* -> )/.test(lines[i + 1] ?? '')) {
        const [, from, to] = /0x([0-9a-f]+) - 0x([0-9a-f]+)/.exec(lines[++i]!) ?? [];
        if (from) range = `${start} ${hex(from)}-${hex(to!)}`;
        else handlers.push(`${range} ${hex(/-> 0x([0-9a-f]+)/.exec(lines[i]!)![1]!)}`);
      }
      continue;
    }
    const shown = /^([0-9a-f]{6,8}): [0-9a-f. ]+\|([0-9a-f]{4,}): (\S+) ?(.*)$/.exec(line);
    if (!shown) continue;
    const [, place = '', , mnemonic = '', rest = ''] = shown;
    const jump = /(?:^|, )#?([0-9a-f]{4,8}) \/\/ [+-]0*[0-9a-f]+$/.exec(rest);
    if (jump && /^(?:if|goto)/.test(mnemonic)) jumps.push(`${hex(place)} ${hex(jump[1]!)}`);
    const member = /(?:\}|v\d+), (\[*(?:L[^;]+;|[A-Z]))\.([^:]+):.* \/\/ (method|field)@([0-9a-f]+)/.exec(rest);
    if (!member || !/^(?:invoke|iput|sput)/.test(mnemonic)) continue;
    const [, of = '', name = '', kind = '', row = ''] = member;
    sites.push(`${method} > ${kind} ${hex(row)} ${dotted(of)}.${name} @ ${hex(place)}`);
  }
  return { sites, jumps, handlers };
}

function read(bytes: Uint8Array) {
  const dex = openDex(bytes);
  const sites: string[] = [];
  const jumps: string[] = [];
  const handlers: string[] = [];
  const rows = { ...everyRow(dex), string: new Uint8Array(dex.strings.count) };
  const work = visitWrites(dex, rows, everything, (use) => {
    const { class: owner, name } = memberOf(dex, use);
    sites.push(`${methodNameOf(dex, use)} > ${use.kind} ${use.index} ${owner}.${name} @ ${use.offset}`);
  });
  let step = work.next();
  while (!step.done) step = work.next();
  expect(step.value).toBeNull();
  let long = 0;
  for (let row = dex.classes.offset; row < dex.classes.offset + 32 * dex.classes.count; row += 32) {
    const data = dex.view.getUint32(row + 24, true);
    if (data === 0) continue;
    visitMethodsOf(dex, data, everything, ({ code }) => {
      if (code === 0) return;
      const body = bodyAt(dex, code, everything);
      if (body === null) long++;
      for (const { offset, targets, opcode } of body?.instructions ?? []) {
        if (targets.length === 1 && opcode !== 0x2b && opcode !== 0x2c) jumps.push(`${offset} ${targets[0]}`);
      }
      for (const { start, end, handlers: to } of body?.tries ?? [])
        for (const each of to) handlers.push(`${code} ${start}-${end} ${each}`);
    });
  }
  return { sites, jumps, handlers, long };
}

function compare(name: string, dexes: readonly Uint8Array[]): void {
  const count = { sites: 0, jumps: 0, handlers: 0, long: 0 };
  for (const bytes of dexes) {
    const [ours, theirs] = [read(bytes), dumped(dumpOf(bytes))];
    // Of a method that is too long to be followed only its calls and writes are read.
    count.long += ours.long;
    for (const kind of ['sites', 'jumps', 'handlers'] as const) {
      const [mine, known] = [new Set(ours[kind]), new Set(theirs[kind])];
      expect([kind, ours[kind].filter((each) => !known.has(each)).slice(0, 5)]).toEqual([kind, []]);
      const missed = theirs[kind].filter((each) => !mine.has(each));
      if (kind === 'sites' || ours.long === 0) expect([kind, missed.slice(0, 5)]).toEqual([kind, []]);
      count[kind] += ours[kind].length;
    }
    expect(ours.sites.length).toBe(theirs.sites.length);
  }
  const { sites, jumps, handlers, long } = count;
  table.push(
    `${name}: ${dexes.length} DEX, ${sites} calls and writes, ${jumps} jumps, ${handlers} handlers; ${long} methods too long to follow`,
  );
  expect(sites).toBeGreaterThan(100);
}

afterAll(() => console.log(`${table.join('\n')}\nagree with dexdump -d`));

describe.skipIf(!hasDexdump())('calls and writes against dexdump -d', () => {
  it.each([
    ['ApiDemos', real.apiDemos],
    ['Appium settings', real.settings],
    ['uiautomator2', real.uiautomator2],
  ] as const)('of %s', (name, path) => {
    const entries = unzipSync(readFileSync(path()), { filter: (entry) => entry.name.endsWith('.dex') });
    compare(name, Object.values(entries));
  });
});

describe.skipIf(!hasDexdump() || !hasJava())('calls and writes of SDKs against dexdump -d', () => {
  it.each([
    ['Agora 3.4.0', 'io.agora.rtc:full-sdk:3.4.0:aar', 'libs/agora-rtc-sdk.jar'],
    ['Agora 4.2.6', 'io.agora.rtc:full-sdk:4.2.6:aar', 'libs/agora-rtc-sdk.jar'],
    ['Tencent TRTC 13.2', 'com.tencent.liteav:LiteAVSDK_TRTC:13.2.0.20058:aar', 'classes.jar'],
    ['Twilio Video 7.10.2', 'com.twilio:video-android:7.10.2:aar', 'classes.jar'],
    ['LiveKit 2.26.0', 'io.livekit:livekit-android:2.26.0:aar', 'classes.jar'],
  ] as const)('%s through D8', (name, artifact, path) => {
    compare(name, dexesByD8(jarInside(artifact, path)));
  });
});
