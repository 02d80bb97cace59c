import { ScanError } from '../../errors.ts';
import { type BundleKind, bundleKinds } from '../../types.ts';
import { aab } from './aab.ts';
import { apk } from './apk.ts';
import { apks } from './apks.ts';
import { ipa, unpackedApp } from './ipa.ts';
import type { Candidate, Fit, Kind } from './kind.ts';
import { macho } from './macho.ts';

export { type Candidate, type Kind, noSignatures } from './kind.ts';

/** Every kind that is read. One without a row does not compile. */
export const kinds: { readonly [K in BundleKind]: Kind<K> } = { aab, apks, apk, app: unpackedApp, ipa, macho };

/** A kind that is known and not read, and the way out. */
interface UnreadKind {
  readonly name: string;
  readonly instead: string;
  /** Whether a path shows it, where another is there. */
  isSign(path: string, isDirectory: boolean): boolean;
  readonly beside?: string;
  /** Only where it is nothing else: an app may lie beside it. */
  readonly isLast?: true;
}

const unread: readonly UnreadKind[] = [
  {
    name: 'an Android library (AAR)',
    instead: 'scan an app that holds it',
    isSign: (path) => path === 'classes.jar',
    beside: 'AndroidManifest.xml',
  },
  {
    name: 'an Xcode archive',
    instead: 'scan the .app directory under Products/Applications',
    isSign: (path) => topEndsWith(path, '.xcarchive') || path.startsWith('Products/Applications/'),
  },
  {
    name: 'an XCFramework',
    instead: 'scan an app that holds it',
    isSign: (path) => topEndsWith(path, '.xcframework') || isSlice(path),
  },
  {
    name: 'a framework',
    instead: 'scan an app that holds it',
    // A directory with an Info.plist that was no app's is what is left of `isUnpacked`.
    isSign: (path, isDirectory) =>
      topEndsWith(path, '.framework') || path === 'Modules/module.modulemap' || (isDirectory && path === 'Info.plist'),
    isLast: true,
  },
];

/** `ios-arm64/X.framework/…` of an XCFramework without the folder around it. */
function isSlice(path: string): boolean {
  return /^(?:ios|tvos|watchos|xros|macos|driverkit)-[^/]+\/[^/]+\.(?:framework\/|a$)/.test(path);
}

function topEndsWith(path: string, ending: string): boolean {
  const end = path.indexOf('/');
  return end > ending.length && path.startsWith(ending, end - ending.length);
}

function signOf(
  { isSign, beside }: UnreadKind,
  { paths, isDirectory }: Pick<Candidate, 'paths' | 'isDirectory'>,
): string | undefined {
  const sign = paths.find((path) => isSign(path, isDirectory));
  return beside === undefined || paths.includes(beside) ? sign : undefined;
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
  const others = bundleKinds.flatMap((kind) =>
    fits.some((fit) => fit.kind.kind === kind) ? [] : (kinds[kind].resembles(candidate)?.seen ?? []),
  );
  const signs = [...others, ...unread.flatMap((kind) => (kind.isLast ? [] : (signOf(kind, candidate) ?? [])))];
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
  refuse(name, candidate, (kind) => !kind.isLast);
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
  refuse(name, candidate, (kind) => kind.isLast === true);
  const container = candidate.isDirectory ? 'a directory' : 'a ZIP archive';
  const inner = candidate.paths.find((path) => /\.(?:aab|apk|apkm|apks|ipa|xapk)$/i.test(path));
  if (inner !== undefined) {
    const way = candidate.isDirectory ? 'scan that' : 'unzip it and scan that';
    throw new ScanError(
      'not-a-bundle',
      `${name}: ${container} that holds ${JSON.stringify(inner.slice(0, 200))}; ${way}`,
    );
  }
  throw new ScanError(
    'not-a-bundle',
    `${name}: ${container}, but neither an APK (no AndroidManifest.xml), an App Bundle (no base/manifest/) or a set of APKs (no *.apk) nor an IPA (no Payload/*.app) or an .app (no Info.plist)`,
  );
}

/** @throws ScanError unsupported-kind where it is one of those */
function refuse(name: string, candidate: Candidate, isOne: (kind: UnreadKind) => boolean): void {
  const known = unread.find((kind) => isOne(kind) && signOf(kind, candidate) !== undefined);
  if (!known) return;
  throw new ScanError('unsupported-kind', `${name}: ${known.name} is not yet a supported kind; ${known.instead}`);
}

/** Rows of the platforms that nothing fits yet, in their order; asked anew at each step. */
function* rows(fits: readonly Fitting[]): Generator<Kind> {
  for (const kind of bundleKinds) {
    const row: Kind = kinds[kind];
    if (!fits.some((fit) => fit.kind.platform === row.platform)) yield row;
  }
}
