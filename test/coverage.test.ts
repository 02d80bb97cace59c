import { describe, expect, it } from 'vitest';
import type { Budgets } from '../src/budgets.ts';
import { attempt, byReason, type Problem } from '../src/coverage.ts';
import { BudgetError, FormatError } from '../src/errors.ts';
import { gate, type Report, scan } from '../src/index.ts';
import { buildArchive } from './build/ar.ts';
import { buildBinaryXml, type XmlDescription } from './build/axml.ts';
import { buildCertificate, buildPkcs7 } from './build/der.ts';
import { buildDex } from './build/dex.ts';
import { buildDexContainer } from './build/dex-container.ts';
import { buildElf } from './build/elf.ts';
import { buildFat, buildMachO } from './build/macho.ts';
import { buildPlist } from './build/plist.ts';
import { buildPairs, buildScheme } from './build/signing.ts';
import { buildZip } from './build/zip.ts';

const text = (value: string) => new TextEncoder().encode(value);
const words = (count: number, before = 'name') => Array.from({ length: count }, (_, i) => `${before}_number_${i}`);
const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example' } });
const info = { CFBundleIdentifier: 'org.example', CFBundleExecutable: 'App' };
const small = buildMachO({ fileType: 'execute' });

const zip = (files: Record<string, Uint8Array>, options = {}) =>
  buildZip(
    Object.entries(files).map(([name, data]) => ({ name, data })),
    options,
  );
/** An APK without code is not whole. */
const code = { 'classes.dex': buildDex({ classes: [{ name: 'org.example.Main' }] }) };
const apk = (files: Record<string, Uint8Array> = {}, options = {}) =>
  zip({ 'AndroidManifest.xml': manifest, ...code, ...files }, options);
const ipa = (App: Uint8Array, plist: Uint8Array = buildPlist(info, 'binary'), files: Record<string, Uint8Array> = {}) =>
  zip({ 'Payload/A.app/Info.plist': plist, 'Payload/A.app/App': App, ...files });

const deep = (depth: number): XmlDescription => ({
  name: 'manifest',
  attributes: { package: 'org.example' },
  children: Array.from({ length: depth }).reduce<XmlDescription[]>((inner) => [{ name: 'a', children: inner }], []),
});
const wide = { ...deep(0), children: Array.from({ length: 30 }, () => ({ name: 'queries' })) };
const nested = (depth: number): Record<string, unknown> => (depth === 0 ? {} : { inner: nested(depth - 1) });
const openStep = (depth: number) => text(`{ CFBundleExecutable = App; a = ${'('.repeat(depth)}${')'.repeat(depth)}; }`);
const members = Array.from({ length: 9 }, (_, i) => ({ name: `m${i}.o`, data: text('x'), symbols: [`_symbol_${i}`] }));
const manyNames = {
  exports: words(40, '_export'),
  imports: words(40, '_import').map((name) => ({ name, library: null })),
};
const manySymbols = { symbols: words(60, '_symbol').map((name) => ({ name })) };
const signed = {
  signingBlock: buildPairs([buildScheme('v2', [[buildCertificate({ subject: [['CN', 'Maker'.repeat(99)]] })]])]),
};
const inside = zip(Object.fromEntries(words(9).map((name) => [name, text('x')])));

/** Where a budget ends the reading of whole and ordinary content. */
const cases: readonly (readonly [string, Uint8Array, Partial<Budgets>])[] = [
  ['zip: entries', apk(Object.fromEntries(words(9).map((name) => [name, text('x')]))), { entries: 4 }],
  ['zip inside: entries', apk({ 'a.zip': inside }), { entries: 6 }],
  ['zip inside: bytes', apk({ 'a.zip': inside }), { nestedBytes: 100 }],
  ['zip inside: depth', apk({ 'a.zip': zip({ 'b.zip': inside }) }), { nesting: 1 }],
  ['axml: elements', zip({ 'AndroidManifest.xml': buildBinaryXml(wide), ...code }), { xmlElements: 5 }],
  ['axml: depth', zip({ 'AndroidManifest.xml': buildBinaryXml(deep(200)), ...code }), {}],
  ['axml: bytes', zip({ 'AndroidManifest.xml': buildBinaryXml(wide), ...code }), { documentBytes: 300 }],
  [
    'plist, binary: objects',
    ipa(small, buildPlist({ ...info, UIBackgroundModes: words(50) }, 'binary')),
    { plistObjects: 20 },
  ],
  [
    'plist, binary: depth',
    ipa(small, buildPlist({ ...info, UIBackgroundModes: nested(20) as never }, 'binary')),
    { plistDepth: 9 },
  ],
  ['plist, XML: objects', ipa(small, buildPlist({ ...info, list: words(50) }, 'xml')), { plistObjects: 20 }],
  ['plist, XML: depth', ipa(small, buildPlist({ ...info, ...nested(20) }, 'xml')), { plistDepth: 9 }],
  [
    'plist, OpenStep: objects',
    ipa(small, text(`{ CFBundleExecutable = App; a = (${words(50).join(', ')}); }`)),
    { plistObjects: 20 },
  ],
  ['plist, OpenStep: depth', ipa(small, openStep(20)), { plistDepth: 9 }],
  ['plist: bytes', ipa(small, buildPlist({ ...info, list: words(50) }, 'binary')), { documentBytes: 400 }],
  [
    'fat: slices',
    ipa(
      buildFat([
        { arch: 'arm64', bytes: small },
        { arch: 'armv7', bytes: buildMachO({ arch: 'armv7' }) },
      ]),
    ),
    { slices: 1 },
  ],
  [
    'fat: held bytes',
    ipa(
      buildFat([
        { arch: 'arm64', bytes: small },
        { arch: 'armv7', bytes: buildMachO({ arch: 'armv7' }) },
      ]),
    ),
    { heldBytes: 60 },
  ],
  [
    'Mach-O: load commands',
    ipa(buildMachO({ fileType: 'execute', dylibs: words(30).map((name) => `/usr/lib/${name}`) })),
    { loadCommands: 12 },
  ],
  ['Mach-O: bytes of load commands', ipa(buildMachO({ dylibs: words(400, '/usr/lib/'.padEnd(3500, 'x')) })), {}],
  ['Mach-O: symbols of export tries and bindings', ipa(buildMachO(manyNames)), { symbols: 20 }],
  ['Mach-O: symbols of chained fixups', ipa(buildMachO({ ...manyNames, fixups: 1 })), { symbols: 20 }],
  ['Mach-O: symbols of the symbol table', ipa(buildMachO(manySymbols)), { symbols: 20 }],
  ['Mach-O: nodes of a trie', ipa(buildMachO(manyNames)), { trieNodes: 10 }],
  ['Mach-O: names', ipa(buildMachO({ objcClasses: words(200) })), { heldBytes: 1500 }],
  ['Mach-O: held bytes of tables', ipa(buildMachO({ ...manyNames, ...manySymbols })), { heldBytes: 2000 }],
  [
    'Mach-O: entitlements',
    ipa(buildMachO({ identifier: 'org.example', entitlements: 'x'.repeat(999) })),
    { documentBytes: 500 },
  ],
  ['ELF: symbols, sysv hash', apk({ 'lib/arm64-v8a/liba.so': buildElf({ exports: words(50) }) }), { symbols: 20 }],
  [
    'ELF: symbols, gnu hash',
    apk({ 'lib/arm64-v8a/liba.so': buildElf({ exports: words(50), hash: 'gnu' }) }),
    { symbols: 20 },
  ],
  [
    'ELF: held bytes of names',
    apk({ 'lib/arm64-v8a/liba.so': buildElf({ soname: 'liba.so', exports: words(400), sections: false }) }),
    { heldBytes: 5000 },
  ],
  [
    'ELF: held bytes of the head',
    apk({ 'lib/arm64-v8a/liba.so': buildElf({ exports: words(50) }) }),
    { heldBytes: 100 },
  ],
  ['ar: members', apk({ 'lib/a.a': buildArchive(members) }), { archiveMembers: 3 }],
  ['ar: symbols', apk({ 'lib/a.a': buildArchive(members) }), { symbols: 3 }],
  [
    'ar: held bytes',
    apk({ 'lib/a.a': buildArchive([...members, { name: 'long'.repeat(200), data: text('x') }]) }),
    { heldBytes: 600 },
  ],
  [
    'ar in a fat file: members',
    ipa(small, undefined, { 'Payload/A.app/a.a': buildFat([{ arch: 'arm64', bytes: buildArchive(members, 'bsd') }]) }),
    { archiveMembers: 3 },
  ],
  ['dex: held bytes', apk({ 'classes.dex': buildDex({ classes: [{ name: 'a.B' }] }) }), { heldBytes: 200 }],
  [
    'dex: headers of a container',
    apk({ 'classes.dex': buildDexContainer(Array.from({ length: 1003 }, () => ({ classes: [] }))) }),
    {},
  ],
  ['the inflated bytes of an entry', apk({ 'assets/a.txt': text('x'.repeat(9999)) }), { entryBytes: 2000 }],
  [
    'the inflated bytes of the bundle',
    apk({ 'assets/a.txt': text('x'.repeat(9999)), 'assets/b.txt': text('y') }),
    { totalBytes: 2000 },
  ],
];

const gaps = (report: Report) => report.coverage.filter((line) => line.matters && line.state !== 'read');

describe('a budget that is hit', () => {
  it.each(cases)('%s: says budget and nothing else, and can be accepted', async (_name, bundle, budgets) => {
    const report = await scan(bundle, { budgets });
    const lines = gaps(report);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter((line) => line.reason !== 'budget')).toEqual([]);
    expect(gate(report).exitCode).toBe(2);
    expect(gate(report, { accept: ['budget'] }).exitCode).toBe(0);
    // Without it, all of it is read.
    if (Object.keys(budgets).length > 0) expect(gaps(await scan(bundle)).map((line) => line.detail)).toEqual([]);
  });

  it.each([
    ['of the signing block', apk({}, signed), { documentBytes: 400 }],
    [
      'of a JAR signature',
      apk({
        'META-INF/A.RSA': buildPkcs7({ certificates: [buildCertificate({ subject: [['CN', 'M'.repeat(900)]] })] }),
      }),
      { documentBytes: 500 },
    ],
  ])('%s: says budget, though it hides no SDK', async (_name, bundle, budgets) => {
    const lines = (await scan(bundle, { budgets })).coverage.filter((line) => line.format === 'signature');
    expect(lines.map(({ reason, matters }) => [reason, matters])).toEqual([['budget', false]]);
  });

  it('does not speak for what is malformed beside it', async () => {
    const report = await scan(apk({ 'lib/arm64-v8a/liba.so': buildElf({ exports: words(50) }).subarray(0, -40) }), {
      budgets: { symbols: 5 },
    });
    const elf = gaps(report).filter((line) => line.path.endsWith('.so'));
    expect(elf.map((line) => line.reason).sort()).toEqual(['budget', 'malformed']);
    expect(gate(report, { accept: ['budget'] }).exitCode).toBe(2);
    expect(gate(report, { accept: ['budget', 'malformed'] }).exitCode).toBe(0);
    // Without its directory, and with more entries than may be read.
    const lost = zip({ 'AndroidManifest.xml': manifest, ...code, a: manifest, b: manifest, c: manifest }).subarray(
      0,
      -80,
    );
    const reasons = gaps(await scan(lost, { budgets: { entries: 3 } })).map((line) => line.reason);
    expect([...new Set(reasons)].sort()).toEqual(['budget', 'malformed']);
  });

  /** 32 bits changed. */
  const patched = (bytes: Uint8Array, at: number, value: number, little = true) => {
    const copy = bytes.slice();
    new DataView(copy.buffer).setUint32(at, value, little);
    return copy;
  };
  const lastCut = (bytes: Uint8Array) => patched(bytes.subarray(0, -48), 4, bytes.length - 48);
  const wideHeader = buildMachO({ fileType: 'execute', dylibs: words(400, '/usr/lib/'.padEnd(3500, 'x')) });
  const longName = [...members, { name: 'long'.repeat(200), data: text('x') }];
  it.each<[string, Uint8Array, Partial<Budgets>]>([
    [
      'an element left open behind what is too deep',
      zip({ 'AndroidManifest.xml': lastCut(buildBinaryXml(deep(200))), ...code }),
      {},
    ],
    ['a load command larger than all that are claimed', ipa(patched(wideHeader, 36, 0x7fff_ff00)), {}],
    ['load commands that are more than the slice holds', ipa(patched(wideHeader, 20, 0x7fff_ff00)), {}],
    [
      'entries that the end record counts and none has',
      buildZip(
        [
          { name: 'AndroidManifest.xml', data: manifest },
          { name: 'classes.dex', data: code['classes.dex'] },
          ...['a', 'b', 'c'].map((name) => ({ name, data: 'x', central: null })),
        ],
        { end: { count: 9 } },
      ),
      { entries: 2 },
    ],
    [
      'symbols of members that are not there',
      apk({ 'lib/a.a': patched(buildArchive(longName), 72, 7, false) }),
      { heldBytes: 600 },
    ],
  ])('nor for %s', async (_name, bundle, budgets) => {
    const report = await scan(bundle, { budgets });
    expect([...new Set(gaps(report).map((line) => line.reason))].sort()).toEqual(['budget', 'malformed']);
    expect(gate(report, { accept: ['budget'] }).exitCode).toBe(2);
  });
});

describe('attempt', () => {
  const budget = () => {
    throw new BudgetError('entries', 3, 17);
  };
  const format = () => {
    throw new FormatError('broken', 5);
  };
  const told = [
    { offset: 17, message: 'budget entries (3) is used up', reason: 'budget' },
    { offset: 5, message: 'broken', reason: 'malformed' },
  ];

  it('tells the same of what is called, awaited and read', async () => {
    for (const [index, fail] of [budget, format].entries()) {
      const seen: Problem[] = [];
      const note = (problem: Problem) => void seen.push(problem);
      expect(attempt(fail, note)).toBeNull();
      expect(await attempt(async () => fail(), note)).toBeNull();
      const reading = attempt(function* (): Generator<number, string, string> {
        const given = yield 1;
        fail();
        return given;
      }, note);
      expect(reading.next()).toEqual({ done: false, value: 1 });
      expect(reading.next('given')).toEqual({ done: true, value: null });
      expect(seen).toEqual([told[index], told[index], told[index]]);
    }
  });

  it('hands on what was read, and what is no fault of the file', async () => {
    const never = () => expect.unreachable();
    expect(attempt(() => 'x', never)).toBe('x');
    expect(await attempt(async () => 'x', never)).toBe('x');
    const reading = attempt(function* (): Generator<number, string, string> {
      return yield 1;
    }, never);
    reading.next();
    expect(reading.next('given')).toEqual({ done: true, value: 'given' });
    const ours = () => {
      throw new TypeError('ours');
    };
    expect(() => attempt(ours, never)).toThrow(TypeError);
    await expect(attempt(async () => ours(), never)).rejects.toThrow(TypeError);
  });

  it('a line for each reason', () => {
    const problem = (offset: number, reason: Problem['reason']): Problem => ({
      offset,
      message: `at ${offset}`,
      reason,
    });
    expect(byReason([problem(1, 'budget'), problem(2, 'malformed'), problem(3, 'budget')])).toEqual([
      problem(2, 'malformed'),
      { ...problem(1, 'budget'), message: 'at 1 (and 1 more)' },
    ]);
    expect(byReason([])).toEqual([]);
  });
});
