import { readFileSync } from 'node:fs';
import { type Report, type ScanOptions, scan } from '../../src/index.ts';
import { type BundleDescription, buildBundle } from '../build/bundle.ts';
import { buildMachO } from '../build/macho.ts';

/** Releases of one app as a maker could bring them out, each scanned: what differs from the first is what its name says. */

const golden = new URL('../golden/clubhouse/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, golden), 'utf8');
const first = read('bundle.json');
const context = JSON.parse(read('context.json'));

const app = 'Payload/Clubhouse.app';
const executable = `${app}/Frameworks/PubNub.framework/PubNub`;

type Files = Record<string, BundleDescription['files'][string]>;
type Plist = Record<string, unknown>;

async function release(change: (files: Files) => void, options: ScanOptions = {}): Promise<Report> {
  const { files } = JSON.parse(first) as { files: Files };
  change(files);
  return scan(buildBundle({ files }), { asOf: '2026-11-23', context, ...options });
}

const info = (change: Plist) => (files: Files) => {
  const name = `${app}/Info.plist`;
  files[name] = { ...files[name], plist: { ...files[name]!.plist, ...change } };
};

/** Agora's template over TLS. */
const encrypted = (files: Files) => {
  const [name = '', file] = Object.entries(files).find(([path]) => path.endsWith('/AgoraRtcKit'))!;
  files[name] = JSON.parse(JSON.stringify(file).replaceAll('http://argus', 'https://argus'));
};

const cut = (files: Files) => {
  files[executable] = { bytes: buildMachO(files[executable]!.macho!).subarray(0, 600) };
};

const withoutPubNub = (files: Files) => {
  for (const name of Object.keys(files)) if (name.includes('PubNub')) delete files[name];
  const name = `${app}/clubhouse`;
  const macho = files[name]!.macho!;
  files[name] = {
    macho: {
      ...macho,
      dylibs: macho.dylibs!.filter((dylib) => !String(dylib).includes('PubNub')),
      imports: macho.imports!.filter((each) => !JSON.stringify(each).includes('PubNub')),
    },
  };
};

const withStranger = (files: Files) => {
  const folder = `${app}/Frameworks/Strange.framework`;
  files[`${folder}/Info.plist`] = { plist: { CFBundleExecutable: 'Strange', CFBundlePackageType: 'FMWK' } };
  files[`${folder}/Strange`] = {
    macho: {
      ...{ arch: 'arm64', fileType: 'dylib', id: { name: '@rpath/Strange.framework/Strange' } },
      ...{ objcClasses: ['XYStrange'], cstrings: ['https://strange.example.net/x'] },
    },
  };
};

const nothing = () => {};

export const variants = {
  first: await release(nothing),
  'a later version': await release(info({ CFBundleShortVersionString: '0.1.26', CFBundleVersion: '270' })),
  encrypted: await release(encrypted),
  'without PubNub': await release(withoutPubNub),
  'with a camera': await release(info({ NSCameraUsageDescription: 'For pictures' })),
  'with a stranger': await release(withStranger),
  'cut short': await release(cut),
  'read by names': await release(nothing, { depth: 'names' }),
  'another policy': await release(nothing, { policy: 'us-data-security' }),
  'nothing stated': await release(nothing, { context: undefined }),
  'an earlier day': await release(nothing, { asOf: '2021-02-12' }),
  'another app': await release(info({ CFBundleIdentifier: 'org.example.rooms' })),
} satisfies Record<string, Report>;

export type Variant = keyof typeof variants;
export const names = Object.keys(variants) as Variant[];
