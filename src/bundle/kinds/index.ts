import { ScanError } from '../../errors.ts';
import { type BundleKind, bundleKinds } from '../../types.ts';
import { aar } from './aar.ts';
import { apk } from './apk.ts';
import { dsym, framework, xcarchive, xcframework } from './apple.ts';
import { archive, elf } from './bare.ts';
import { ipa, unpackedApp } from './ipa.ts';
import { jar, sdk } from './jar.ts';
import type { Candidate, Fit, Kind } from './kind.ts';
import { macho } from './macho.ts';

export { type Candidate, type Kind, noSignatures } from './kind.ts';

/** Every kind that is read. One without a row does not compile. */
export const kinds: { readonly [K in BundleKind]: Kind<K> } = {
  aar,
  jar,
  apk,
  app: unpackedApp,
  ipa,
  xcarchive,
  xcframework,
  framework,
  dsym,
  macho,
  elf,
  archive,
  sdk,
};

/** A kind that is known and not read, and the way out. */
interface UnreadKind {
  readonly name: string;
  readonly instead: string;
  /** Whether a path shows it, where another is not there. */
  isSign(path: string): boolean;
  readonly without?: string;
}

const unread: readonly UnreadKind[] = [
  {
    name: 'an Android App Bundle (AAB)',
    instead: 'build a universal APK with bundletool and scan that',
    isSign: (path) => path === 'BundleConfig.pb' || path === 'base/manifest/AndroidManifest.xml',
  },
  {
    name: 'a set of split APKs (.apks)',
    instead: 'unzip it and scan base.apk',
    isSign: (path) => path === 'toc.pb',
  },
  {
    name: 'a set of split APKs (XAPK, APKM)',
    instead: 'unzip it and scan base.apk',
    isSign: (path) => path.endsWith('.apk') && !path.includes('/'),
    without: 'AndroidManifest.xml',
  },
];

function signOf({ isSign, without }: UnreadKind, paths: readonly string[]): string | undefined {
  return without !== undefined && paths.includes(without) ? undefined : paths.find(isSign);
}

/** A kind that a bundle is of, and how it fits. */
export interface Fitting extends Fit {
  readonly kind: Kind;
}

/** The kinds that some platform's installer would take it as: one for each platform at most, none for what nobody installs. */
export async function acceptedAs(candidate: Candidate): Promise<Fitting[]> {
  const fits: Fitting[] = [];
  for (const kind of rows(fits)) {
    const fit = await kind.accepts(candidate);
    if (fit) fits.push({ kind, ...fit });
  }
  if (fits.length === 0) return [];
  // Nothing that was put beside it makes it another kind. It is said, since somebody may be meant to take it for one.
  // A library that lies beside an app is no sign of another kind.
  const rest = [...rows(fits), ...libraries].filter(({ kind }) => kind !== 'sdk');
  const others = rest.flatMap((kind) => kind.resembles(candidate)?.seen ?? []);
  const signs = [...others, ...unread.flatMap((kind) => signOf(kind, candidate.paths) ?? [])];
  const names = fits.map(({ kind }) => kind.name);
  const notices = [
    ...(fits.length > 1
      ? [
          `Installers of two platforms would take it, as ${names.join(' and as ')}: it is read as both, and what each asks for counts.`,
        ]
      : []),
    ...(signs.length > 0
      ? [`It is ${names.join(' and ')} that also holds ${signs[0]}, as bundles of another kind do.`]
      : []),
  ];
  return fits.map((fit, i) => (i === 0 ? { ...fit, notices: [...notices, ...fit.notices] } : fit));
}

/**
 * What nobody installs, taken for what it looks like.
 * @throws ScanError unsupported-kind, not-a-bundle
 */
export function takenFor(name: string, candidate: Candidate): Fitting[] {
  const known = unread.find((kind) => signOf(kind, candidate.paths) !== undefined);
  if (known) {
    throw new ScanError('unsupported-kind', `${name}: ${known.name} is not yet a supported kind; ${known.instead}`);
  }
  const fits: Fitting[] = [];
  for (const kind of rows(fits)) {
    const fit = kind.resembles(candidate);
    if (fit) fits.push({ kind, ...fit });
  }
  if (fits.length > 1) {
    const names = fits.map(({ kind }) => kind.name).join(' and ');
    return fits.map((fit, i) =>
      i === 0 ? { ...fit, notices: [`It looks like ${names}: it is read as both.`, ...fit.notices] } : fit,
    );
  }
  if (fits.length > 0) return fits;
  const container = candidate.isDirectory ? 'a directory' : 'a ZIP archive';
  throw new ScanError(
    'not-a-bundle',
    `${name}: ${container}, but neither an APK (no AndroidManifest.xml) nor an IPA (no Payload/*.app) nor an .app (no Info.plist) nor a library (AAR, JAR, framework, XCFramework, dSYM)`,
  );
}

/** What stands beside an app, and makes no other kind of it. */
const libraries: readonly Kind[] = [aar, xcarchive, xcframework];

/** Rows of the platforms that nothing fits yet, in their order; asked anew at each step. */
function* rows(fits: readonly Fitting[]): Generator<Kind> {
  for (const kind of bundleKinds) {
    const row: Kind = kinds[kind];
    if (!fits.some((fit) => fit.kind.platform === row.platform)) yield row;
  }
}
