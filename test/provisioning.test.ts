import { describe, expect, it } from 'vitest';
import { defaultBudgets } from '../src/budgets.ts';
import { readProfile } from '../src/bundle/provisioning.ts';
import { BudgetError, FormatError } from '../src/errors.ts';
import { atOnce } from '../src/formats/plist/parsing.ts';
import { readPkcs7Content } from '../src/formats/signing/pkcs7.ts';
import { render } from '../src/render/index.ts';
import type { Report } from '../src/types.ts';
import { buildCertificate, buildPkcs7, der, indefinite } from './build/der.ts';
import { buildMachO } from './build/macho.ts';
import { buildPlist } from './build/plist.ts';
import { mulberry32 } from './build/random.ts';
import { cases } from './build/slow.ts';
import { scan } from './build/verified.ts';
import { buildZip } from './build/zip.ts';

type Keys = Readonly<Record<string, unknown>>;

const certificate = buildCertificate({ subject: [['CN', 'Profiles']] });
const signed = (...content: Uint8Array[]) => buildPkcs7({ certificates: [certificate], content });
const listOf = (keys: Keys, entitlements: Keys = {}) =>
  buildPlist(
    {
      AppIDName: 'Rooms',
      Name: 'Rooms, for a few',
      TeamName: 'Maker, Inc.',
      TeamIdentifier: ['A1B2C3D4E5'],
      CreationDate: new Date('2026-01-02T03:04:05Z'),
      ExpirationDate: new Date('2027-01-02T03:04:05Z'),
      Entitlements: { 'application-identifier': 'A1B2C3D4E5.org.example.*', ...entitlements },
      DeveloperCertificates: [certificate],
      ...keys,
    } as Parameters<typeof buildPlist>[0],
    'xml',
  );
const profile = (keys: Keys = {}, entitlements: Keys = {}) => signed(listOf(keys, entitlements));
const read = (bytes: Uint8Array) => atOnce(readProfile(bytes, defaultBudgets, { bytes: 0, objects: 0 }));
const devices = (count: number) =>
  Array.from({ length: count }, (_, i) => `00008101-${i.toString(16).padStart(16, '0')}`);

const whole = {
  ...{ kind: 'development', name: 'Rooms, for a few', teamId: 'A1B2C3D4E5', teamName: 'Maker, Inc.' },
  ...{ appId: 'A1B2C3D4E5.org.example.*', created: '2026-01-02T03:04:05.000Z', expires: '2027-01-02T03:04:05.000Z' },
  ...{ debuggable: true, devices: 3 },
};
const forDebugging = profile({ ProvisionedDevices: devices(3) }, { 'get-task-allow': true });

/** What it says; null for a FormatError. */
function readOrNull(bytes: Uint8Array): ReturnType<typeof read>['said'] | null {
  try {
    return read(bytes).said;
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

describe('a provisioning profile', () => {
  it('says whom it is of, for which app, until when and for how many devices', () => {
    expect(read(forDebugging)).toEqual({ said: whole, problems: [] });
  });

  it.each([
    ['development', { ProvisionedDevices: devices(1) }, { 'get-task-allow': true }],
    ['ad-hoc', { ProvisionedDevices: devices(1) }, { 'get-task-allow': false }],
    ['ad-hoc', { ProvisionedDevices: [] }, {}],
    ['enterprise', { ProvisionsAllDevices: true }, { 'get-task-allow': false }],
    ['app-store', {}, { 'get-task-allow': false }],
    ['app-store', { ProvisionsAllDevices: false }, {}],
  ])('is one of kind %s with %o and %o', (kind, keys, entitlements) => {
    expect(read(profile(keys, entitlements)).said.kind).toBe(kind);
  });

  it('says nothing of what it does not hold, or holds in another form', () => {
    const nothing = { name: null, teamId: null, teamName: null, appId: null, created: null, expires: null };
    const empty = { kind: 'app-store', ...nothing, debuggable: null, devices: 0 };
    const list = (keys: Parameters<typeof buildPlist>[0]) => read(signed(buildPlist(keys, 'xml'))).said;
    expect(list({})).toEqual(empty);
    expect(
      list({
        Name: 1,
        TeamIdentifier: 'A',
        TeamName: [],
        ExpirationDate: 'soon',
        Entitlements: [],
        CreationDate: true,
      }),
    ).toEqual(empty);
    expect(
      list({ TeamIdentifier: [], Entitlements: { 'get-task-allow': 'true', 'application-identifier': 4 } }),
    ).toEqual(empty);
  });

  it('may be signed in pieces, with lengths that are indefinite, and be a binary list', () => {
    const list = listOf({ ProvisionedDevices: devices(3) }, { 'get-task-allow': true });
    const pieces = [list.subarray(0, 100), list.subarray(100, 101), list.subarray(101)];
    const streamed = buildPkcs7({ certificates: [certificate], content: pieces, write: indefinite });
    expect(streamed[1]).toBe(0x80);
    expect(read(streamed).said).toEqual(whole);
    expect(read(signed(buildPlist({ Name: 'a' }, 'binary'))).said.name).toBe('a');
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['the list alone', listOf({})],
    ['a signature apart from what it signs', buildPkcs7({ certificates: [certificate] })],
    ['a signature of no list', signed(new TextEncoder().encode('Name: a'))],
    ['a signature of an array', signed(buildPlist(['a'], 'xml'))],
    ['a signature of nothing', signed()],
    ['content that is no octets', der(0x30, certificate)],
  ])('is not %s', (_name, bytes) => {
    expect(() => read(bytes)).toThrow(FormatError);
  });

  it('is not followed through more than 4096 pieces', () => {
    const pieces = (length: number) => signed(...Array.from({ length }, () => new Uint8Array(1)));
    expect(readPkcs7Content(pieces(4096))).toHaveLength(4096);
    expect(() => readPkcs7Content(pieces(4097))).toThrow(new BudgetError('pieces', 4096, 0).message);
  });

  it('cut at every byte is a FormatError', () => {
    for (let length = 0; length < forDebugging.length; length++) {
      if (readOrNull(forDebugging.subarray(0, length))) expect.fail(`${length} bytes are read`);
    }
  });

  it('gives a value or a FormatError on seeded mutations', () => {
    const random = mulberry32(0x9507);
    let opened = 0;
    for (let round = 0; round < cases(20_000, 2000); round++) {
      const mutated = forDebugging.slice();
      for (let i = 1 + Math.floor(random() * 3); i > 0; i--) {
        mutated[Math.floor(random() * mutated.length)] = Math.floor(random() * 256);
      }
      const found = readOrNull(mutated);
      if (found && found.devices > 3) expect.fail(`round ${round}: ${found.devices} devices`);
      if (found) opened++;
    }
    expect(opened).toBeGreaterThan(200);
  });
});

describe('the profile of a unit', () => {
  const executable = buildMachO({ fileType: 'execute', platform: { name: 'ios', minos: '13.0' } });
  const app = (files: Readonly<Record<string, Uint8Array | string>>, root = 'Payload/A.app/') =>
    scan(
      buildZip(
        Object.entries({
          'Info.plist': buildPlist({ CFBundleExecutable: 'A' }, 'binary'),
          A: executable,
          ...files,
        }).map(([name, data]) => ({ name: root + name, data })),
      ),
    );
  const kinds = ({ bundle }: Report) => bundle.units.map(({ provisioning }) => provisioning?.kind ?? null);
  const NAME = 'embedded.mobileprovision';
  const extension = (name: string) => ({
    [`PlugIns/${name}.appex/Info.plist`]: buildPlist({ CFBundleExecutable: 'E' }, 'binary'),
    [`PlugIns/${name}.appex/E`]: executable,
  });

  it('is told of the unit that it lies in, and of no other', async () => {
    const report = await app({
      ...extension('S'),
      [NAME]: forDebugging,
      [`PlugIns/S.appex/${NAME}`]: profile({ ProvisionsAllDevices: true }),
      [`Other/${NAME}`]: profile(),
      ...extension('T'),
    });
    expect(kinds(report)).toEqual(['development', 'enterprise', null]);
    expect(report.bundle.units[0]?.provisioning).toMatchObject({ path: `Payload/A.app/${NAME}`, ...whole });
    expect(report.bundle.units[0]?.provisioning?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(report.bundle.units[2]).not.toHaveProperty('provisioning');
    expect(report.complete).toBe(true);
  });

  it('names no device, whatever it lists', async () => {
    const report = await app({ [NAME]: forDebugging });
    expect(JSON.stringify(report)).not.toContain('00008101-');
  });

  it('that cannot be read is said, and hides no SDK', async () => {
    const report = await app({ [NAME]: forDebugging.subarray(0, 300) });
    expect(kinds(report)).toEqual([null]);
    expect(report.coverage).toContainEqual(
      expect.objectContaining({
        path: `Payload/A.app/${NAME}`,
        state: 'unreadable',
        reason: 'malformed',
        matters: false,
      }),
    );
    expect(report.complete).toBe(true);
  });

  it('is printed with the unit that it is for, and what an app wrote in it does nothing to a terminal', async () => {
    const report = await app({
      ...extension('S'),
      [NAME]: forDebugging,
      [`PlugIns/S.appex/${NAME}`]: profile({ TeamName: 'Evil\u202eKind', ProvisionsAllDevices: true }),
    });
    const text = render(report, 'text', { width: 200 });
    expect(text).toContain(
      'Profile    iOS app A.app: for development on 3 devices, debugging allowed, team Maker, Inc. (A1B2C3D4E5), to 2027-01-02 (not verified)',
    );
    expect(text).toContain(
      'extension S.appex: of an organisation, for any device, team Evil\\\\u202eKind (A1B2C3D4E5), to 2027-01-02',
    );
    expect(text).not.toContain('\u202e');
  });
});
