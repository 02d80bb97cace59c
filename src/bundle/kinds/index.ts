import { ScanError } from '../../errors.ts';
import { type BundleKind, bundleKinds } from '../../types.ts';
import { aab } from './aab.ts';
import { aar } from './aar.ts';
import { apk } from './apk.ts';
import { apks } from './apks.ts';
import { dsym, framework, xcarchive, xcframework } from './apple.ts';
import { archive, elf } from './bare.ts';
import { ipa, unpackedApp } from './ipa.ts';
import { jar, library, sdk } from './jar.ts';
import type { Candidate, Fit, Kind } from './kind.ts';
import { macho } from './macho.ts';

export { type Candidate, type Kind, noSignatures } from './kind.ts';

/** Every kind that is read. One without a row does not compile. */
export const kinds: { readonly [K in BundleKind]: Kind<K> } = {
  aab,
  apks,
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
  const others = [...rows(fits), ...apart].filter(
    (kind) => kind.kind !== 'sdk' && !fits.some((fit) => fit.kind === kind),
  );
  const sign = firstSign(others, candidate);
  const names = fits.map(({ kind }) => kind.name);
  const notices = [
    ...(fits.length > 1
      ? [
          `Installers of two platforms would take it, as ${names.join(' and as ')}: it is read as both, and what each asks for counts.`,
        ]
      : []),
    ...(sign !== null ? [`It is ${names.join(' and ')} that also holds ${sign}, as bundles of another kind do.`] : []),
  ];
  return fits.map((fit, i) => (i === 0 ? { ...fit, notices: [...notices, ...fit.notices] } : fit));
}

/** A path that shows another kind. */
function firstSign(others: readonly Kind[], candidate: Candidate): string | null {
  for (const kind of others) {
    const fit = kind.resembles(candidate);
    if (fit) return fit.seen;
  }
  return null;
}

/**
 * What nobody installs, taken for what it looks like.
 * @throws ScanError not-a-bundle
 */
export function takenFor(name: string, candidate: Candidate): Fitting[] {
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
  const inner =
    candidate.paths.find((path) => /\.(?:aab|apk|apkm|apks|ipa|xapk)$/i.test(path)) ??
    (candidate.isDirectory ? candidate.paths.find((path) => library.test(path)) : undefined);
  if (inner !== undefined) {
    const way = candidate.isDirectory ? 'scan that' : 'unzip it and scan that';
    throw new ScanError(
      'not-a-bundle',
      `${name}: ${container} that holds ${JSON.stringify(inner.slice(0, 200))}; ${way}`,
    );
  }
  throw new ScanError(
    'not-a-bundle',
    `${name}: ${container}, but neither an APK (no AndroidManifest.xml), an App Bundle (no base/manifest/) or a set of APKs (no *.apk) nor an IPA (no Payload/*.app) or an .app (no Info.plist) nor a library (AAR, JAR, framework, XCFramework, dSYM)`,
  );
}

/** What may be put beside an app, and makes no other kind of it. */
const apart: readonly Kind[] = [aab, apks, aar, xcarchive, xcframework];

/** Rows of the platforms that nothing fits yet, in their order; asked anew at each step. */
function* rows(fits: readonly Fitting[]): Generator<Kind> {
  for (const kind of bundleKinds) {
    const row: Kind = kinds[kind];
    if (!fits.some((fit) => fit.kind.platform === row.platform)) yield row;
  }
}
