import { gzipSync } from 'node:zlib';
import { agoraTypes } from '../build/agora.ts';
import { buildArchive } from '../build/ar.ts';
import { buildAssembly } from '../build/assembly.ts';
import { buildAssemblyStore } from '../build/assembly-store.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { buildCertificate, buildPkcs7, indefinite } from '../build/der.ts';
import { buildDex } from '../build/dex.ts';
import { buildElf } from '../build/elf.ts';
import { buildIl2cpp } from '../build/il2cpp.ts';
import { buildJavaClass } from '../build/java-class.ts';
import { buildFat, buildMachO } from '../build/macho.ts';
import { buildPlist } from '../build/plist.ts';
import { buildPairs, buildScheme } from '../build/signing.ts';
import { buildZip } from '../build/zip.ts';
import type { Kind } from './readers.ts';

const text = (value: string) => new TextEncoder().encode(value);

const subject = [['CN', 'maker']] as const;
const certificate = buildCertificate({ subject });

const manifest = {
  name: 'manifest',
  attributes: { package: 'org.example.rooms', 'android:versionName': '1.2' },
  children: [
    { name: 'uses-permission', attributes: { 'android:name': 'android.permission.CAMERA' } },
    {
      name: 'application',
      attributes: { 'android:label': { reference: 0x7f0a0001 } },
      children: [{ name: 'activity', attributes: { 'android:name': 'org.example.Main' } }],
    },
  ],
};
const info = {
  CFBundleIdentifier: 'org.example.rooms',
  CFBundleExecutable: 'App',
  NSCameraUsageDescription: 'Zeig dein Gesicht – 顔',
  Numbers: [1, 2.5, true, { deep: ['a', 'b'] }],
};
const profile = buildPlist(
  {
    TeamIdentifier: ['A1B2C3D4E5'],
    ExpirationDate: new Date('2027-01-02T03:04:05Z'),
    ProvisionedDevices: ['00008101-0000000000000000'],
    Entitlements: { 'application-identifier': 'A1B2C3D4E5.*', 'get-task-allow': true },
  },
  'xml',
);
const privacy = {
  NSPrivacyTracking: true,
  NSPrivacyTrackingDomains: ['track.example.org'],
  NSPrivacyCollectedDataTypes: [
    {
      NSPrivacyCollectedDataType: 'a',
      NSPrivacyCollectedDataTypeLinked: true,
      NSPrivacyCollectedDataTypePurposes: ['b'],
    },
  ],
  NSPrivacyAccessedAPITypes: [{ NSPrivacyAccessedAPIType: 'c', NSPrivacyAccessedAPITypeReasons: ['CA92.1'] }],
};
const dex = {
  classes: [
    { name: 'org.example.Main', methods: ['onCreate'], staticFields: [{ name: 'V', value: '4.2.6' }] },
    { name: 'io.agora.rtc.RtcEngine', methods: ['joinChannel'], interfaces: ['java.lang.Runnable'] },
  ],
  references: ['[I', 'im.zego.Engine'],
  strings: ['https://api.example.org/v1?id=%s', 'λ\u0000x'],
};
const elf = {
  soname: 'libagora-rtc-sdk-jni.so',
  needed: ['libc.so', 'libm.so'],
  exports: ['createAgoraRtcEngine', 'Java_io_agora_rtc_Engine_go'],
  imports: ['malloc'],
  rodata: ['2.0.2', 'https://argus.example.org/report?id=%u'],
  buildId: '00112233445566778899aabbccddeeff00112233',
  androidIdent: { api: 21, ndk: 'r21' },
  comment: 'clang 12',
};
const macho = {
  fileType: 'dylib' as const,
  dylibs: ['/usr/lib/libSystem.B.dylib', { name: '@rpath/A.framework/A', kind: 'weak' as const }],
  id: { name: '@rpath/X.framework/X', current: '4.2.6' },
  rpaths: ['@executable_path/Frameworks'],
  platform: { name: 'ios' as const, minos: '13.0' },
  exports: ['_go', '_gone', { name: '_other', reexport: 1 }],
  imports: [{ name: '_malloc', library: '/usr/lib/libSystem.B.dylib' }],
  symbols: [{ name: '_OBJC_CLASS_$_AgoraRtcEngineKit', defined: true, external: true }],
  objcClasses: agoraTypes,
  selectors: ['joinChannel:'],
  sends: ['joinChannel:'],
  cstrings: ['https://cdn.example.org/x'],
  entitlements: '<plist><dict><key>a</key><true/></dict></plist>',
};
const thin = buildMachO(macho);
const signingBlock = buildPairs([
  buildScheme('v2', [[certificate]]),
  buildScheme('v3', [[certificate, certificate]]),
  { id: 0x42726577, value: new Uint8Array(40) },
]);
const zip = buildZip(
  [
    { name: 'AndroidManifest.xml', data: buildBinaryXml(manifest) },
    { name: 'a/b.txt', data: 'https://one.example.org/', method: 0 },
    { name: 'c', data: 'x'.repeat(300), descriptor: true },
    { name: 'd', data: 'y', zip64: true, before: text('gap') },
  ],
  { signingBlock, comment: text('made by hand') },
);
const openstep = '// a list\n{ CFBundleIdentifier = org.example; "two words" = ( a, "\\U00e9", <0a0b> ); /* end */ }';

const assembly = {
  references: [{ name: 'mscorlib' }],
  types: [{ name: 'A.B', registered: 'a/B' }, { name: 'C' }],
  modules: ['native'],
};

/** Small whole files of each kind, several forms of it each: what mutations start from. */
export const seeds: Readonly<Record<Kind, readonly Uint8Array[]>> = {
  zip: [zip, buildZip([{ name: 'x', data: 'y' }], { zip64: true }), buildZip([], { append: text('behind') })],
  dex: [buildDex(dex), buildDex({ ...dex, version: '041' }), buildDex({})],
  axml: [buildBinaryXml(manifest), buildBinaryXml(manifest, { encoding: 'utf-16', blankNames: true })],
  plist: [buildPlist(info, 'binary'), buildPlist(info, 'xml'), text(openstep)],
  elf: [buildElf(elf), buildElf({ ...elf, class: 32, hash: 'gnu' }), buildElf({ ...elf, sections: false })],
  macho: [
    thin,
    buildMachO({ ...macho, arch: 'armv7', fixups: 2 }),
    buildFat([
      { arch: 'arm64', bytes: thin },
      { arch: 'armv7', bytes: buildMachO({ arch: 'armv7' }) },
    ]),
  ],
  ar: (['gnu', 'bsd', 'gnu64'] as const).map((variant) =>
    buildArchive(
      [
        { name: 'a.o', data: thin, symbols: ['_go'] },
        { name: 'a name that is long.o', data: text('odd'), symbols: ['_a', '_b'] },
      ],
      variant,
    ),
  ),
  class: [
    buildJavaClass({
      name: 'org.example.A',
      fields: [
        { name: 'V', value: '1.2' },
        { name: 'N', value: 7n },
      ],
    }),
  ],
  gzip: [gzipSync(text('https://packed.example.org/ '.repeat(9)))],
  pe: [buildAssembly(assembly), buildAssembly({ ...assembly, wide: true, plus: true })],
  store: ([1, 2, 3, 4] as const).map((version) =>
    buildAssemblyStore([{ name: 'A.dll', data: buildAssembly(assembly), config: text('<xml/>') }], { version }),
  ),
  il2cpp: ([88, 104] as const).map((typeRow) =>
    buildIl2cpp({
      typeRow,
      literals: ['https://one.example.org', 'two'],
      types: ['A.B', 'C'],
      assemblies: [{ name: 'A', version: [1, 2, 3, 4] }],
    }),
  ),
  pkcs7: [buildPkcs7({ certificates: [certificate], signer: { subject, serial: 1 } })],
  profile: [
    buildPkcs7({ certificates: [certificate], content: [profile] }),
    buildPkcs7({ certificates: [], content: [profile.subarray(0, 200), profile.subarray(200)], write: indefinite }),
  ],
  privacy: [buildPlist(privacy, 'binary'), buildPlist(privacy, 'xml')],
};
