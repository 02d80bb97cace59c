import { order } from '../../order.ts';
import type { ByteSource } from '../../runtime/runtime.ts';
import { reportText } from '../../text.ts';
import type { Anomaly, AnomalyCode, App, Coverage, UnitKind } from '../../types.ts';
import { type AppFacts, joinFacts, noApp, noFacts, type Reader, type SignatureFacts } from '../app.ts';
import { zipArchive } from '../archive.ts';
import { type Entry, repeatKey } from '../entry.ts';
import { compiled, missingIn, type PackageFacts, readPackage, type Together, togetherOf } from './apk-documents.ts';
import { readSignatures } from './apk-signatures.ts';
import { readListings } from './apks-listing.ts';
import { documentBytes, MOST_DOCUMENT_BYTES, placedAt, withInner } from './inner-package.ts';
import type { Opening } from './kind.ts';

/** Packages of a set that are looked into: an app in 80 languages and 10 densities for 4 kinds of processor has a hundred. */
const MOST_PACKAGES = 512;

/** What an archive costs in steps to open, as where its entries are read. */
const PACKAGE_STEPS = 128;

/** Files that come beside the packages of an app, and that Android mounts or unpacks for it. */
const isExpansion = (path: string) => path.endsWith('.obb');

/** A package of the set. */
interface Member {
  readonly path: string;
  readonly read: PackageFacts;
  readonly signing: SignatureFacts;
}

const appOf = ({ read }: Member): App => read.facts.units[0]!.app;
const splitOf = ({ read }: Member) => read.manifest?.splits.own ?? null;
const isBase = ({ read }: Member) => read.manifest !== null && read.manifest.splits.own === null;

/** What the packages of a set say: one app, its splits and modules, and what else was put beside them. */
export async function readSet({ archive, roots, reader }: Opening): Promise<AppFacts> {
  const coverage: Coverage[] = [];
  const repeats = new Repeats();
  const members = await readMembers({ archive, roots, reader }, coverage, repeats);
  const listing = await readListings(archive.entries, reader);
  const base = baseOf(members);
  const ofApp = members.filter((each) => base !== null && isOfApp(each, base));
  const together = togetherOf(ofApp.map(({ read }) => read));
  const own = new Set(ofApp);
  const inOrder = base === null ? members : [base, ...members.filter((each) => each !== base)];
  const said = inOrder.map((each) => {
    const kind = kindOf(each, base, own.has(each));
    const facts = factsOf(each, kind, own.has(each) ? together : togetherOf([each.read]));
    return placedAt(facts, (path) => `${reportText(each.path)}!${path}`);
  });
  const expansions = archive.entries.filter(({ path }) => isExpansion(path)).slice(0, MOST_PACKAGES);
  const joined = joinFacts([...(members.length > 0 ? said : [without]), ...expansions.map(expansionOf)]);
  const anomalies =
    base === null ? [] : [...contradictions(base, ofApp, members), ...listing.contradicted(appOf(base))];
  return {
    ...joined,
    coverage: [...coverage, ...listing.coverage, ...joined.coverage],
    anomalies: [...joined.anomalies, ...anomalies],
    signing: signingOf(base ?? members[0]),
    repeated: repeats.keys,
  };
}

/** A set that has no package. */
const without: AppFacts = {
  ...noFacts,
  units: [{ kind: 'app', platform: 'android', root: '', app: noApp, executable: null }],
  coverage: [
    {
      ...{ path: 'AndroidManifest.xml', format: 'manifest', state: 'unreadable', reason: 'missing', offset: null },
      ...{ detail: 'the set holds no package that could be read: permissions and code are not known', matters: true },
    },
  ],
};

/** What a package says as a part of that kind. */
function factsOf({ read }: Member, kind: UnitKind, together: Together): AppFacts {
  const { facts } = read;
  const unit = facts.units[0]!;
  // The app is for the processors that its splits are for.
  const app = kind === 'app' ? { ...unit.app, architectures: together.code.architectures } : unit.app;
  const isPart = kind === 'split' || kind === 'feature' || kind === 'asset-pack';
  return {
    ...facts,
    units: [{ ...unit, kind, app: isPart ? { ...app, ...nothingAsked } : app }],
    requires: kind === 'app' ? facts.requires : [],
    coverage: [...facts.coverage, ...missingIn(read, together)],
  };
}

/** Of a split Android takes the application alone (AOSP, ParsingPackageUtils.parseSplitApk): nobody is asked for more. */
const nothingAsked = { permissions: [], permissionLimits: [], implied: [], network: null, android: undefined };

async function readMembers(
  { archive, roots, reader }: Pick<Opening, 'archive' | 'roots' | 'reader'>,
  coverage: Coverage[],
  repeats: Repeats,
): Promise<Member[]> {
  const entries = new Map(archive.entries.map((entry) => [entry.path, entry]));
  const members: Member[] = [];
  const { budgets, streamer } = reader;
  let left = budgets.entries;
  let held = 0;
  const skipped = (path: string, detail: string) =>
    coverage.push({
      ...{ path, format: 'zip', state: 'partial', reason: 'budget', offset: null },
      ...{ detail: `what its manifest says is not known: ${detail}`, matters: true },
    });
  for (const [i, path] of roots.entries()) {
    const entry = entries.get(path);
    if (!entry) continue;
    const isOver = i >= MOST_PACKAGES || left <= 0 || held > MOST_DOCUMENT_BYTES;
    if (isOver || !streamer.allowance.spend(PACKAGE_STEPS)) {
      skipped(path, `more than ${MOST_PACKAGES} packages, or more in them than a scan may hold`);
      break;
    }
    const member = await withInner(entry, reader, coverage, async (source) => {
      const inner = await zipArchive(source, '', { ...reader, budgets: { ...budgets, entries: left } });
      left -= inner.entries.length;
      repeats.add(inner.entries);
      return { path, ...(await readMember(source, inner, reader)) };
    });
    if (member) members.push(member);
    held += member ? documentBytes(member.read.facts) : 0;
  }
  return members;
}

async function readMember(source: ByteSource, inner: Awaited<ReturnType<typeof zipArchive>>, reader: Reader) {
  const read = await readPackage(inner.entries, reader, compiled);
  return { read, signing: await readSignatures(inner, source, reader) };
}

/** Entries that several packages may have: those of which only one has the size and check sum are passed over. */
class Repeats {
  readonly #once = new Set<string>();
  readonly keys = new Set<string>();

  add(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.size === 0 || entry.crc32 === null) continue;
      const key = repeatKey(entry);
      if (this.#once.has(key)) this.keys.add(key);
      else this.#once.add(key);
    }
  }
}

/** The app itself: of those that are whole by themselves, of the app that most packages are of, the one with splits beside it. */
function baseOf(members: readonly Member[]): Member | null {
  const counts = new Map<string | null, number>();
  for (const each of members) counts.set(appOf(each).id, (counts.get(appOf(each).id) ?? 0) + 1);
  const rank = (each: Member) => [
    Number(!isBase(each)),
    -(counts.get(appOf(each).id) ?? 0),
    Number(each.path.startsWith('standalones/')),
  ];
  const [first] = [...members].sort((a, b) => {
    const [own, other] = [rank(a), rank(b)];
    return own[0]! - other[0]! || own[1]! - other[1]! || own[2]! - other[2]! || order(a.path, b.path);
  });
  return first ?? null;
}

/** A package whose manifest cannot be read is the app's until something says otherwise. */
const isOfApp = (each: Member, base: Member) => each.read.manifest === null || appOf(each).id === appOf(base).id;

function kindOf(each: Member, base: Member | null, isOwn: boolean): UnitKind {
  if (!isOwn) return 'nested';
  if (each.read.manifest?.isAssetPack) return 'asset-pack';
  if (splitOf(each) !== null) return each.read.manifest?.splits.isFeature ? 'feature' : 'split';
  if (each === base) return 'app';
  return each.read.manifest === null ? 'split' : 'variant';
}

/** What Android refuses to install together (AOSP, PackageInstallerSession): package, version and signer are one. */
function contradictions(base: Member, ofApp: readonly Member[], members: readonly Member[]): Anomaly[] {
  const app = appOf(base);
  const signers = signersOf(base);
  const say = (code: AnomalyCode, { path }: Member, detail: string) => ({ code, path, offset: 0, detail });
  return [
    ...members
      .filter((each) => !ofApp.includes(each))
      .map((each) => say('set.package', each, `a package of ${named(appOf(each).id)} in a set of ${named(app.id)}`)),
    ...ofApp
      .filter((each) => each.read.manifest !== null && appOf(each).build !== app.build)
      .map((each) =>
        say('set.version', each, `version code ${named(appOf(each).build)}, the app's is ${named(app.build)}`),
      ),
    ...ofApp
      .filter((each) => signersOf(each) !== signers)
      .map((each) => say('set.signer', each, 'signed by other certificates than the app, or by none')),
  ];
}

const named = (text: string | null) => (text === null ? 'none' : JSON.stringify(text.slice(0, 100)));

/** Digests of the certificates that signed it, whatever schemes they used. */
function signersOf({ signing }: Member): string {
  const own = signing.signatures.flatMap(({ certificates }) => certificates[0]?.sha256 ?? []);
  return [...new Set(own)].sort().join(' ');
}

function signingOf(base: Member | undefined): SignatureFacts | null {
  if (base === undefined) return null;
  const { path, signing } = base;
  const placed = placedAt({ ...noFacts, ...signing, signing: null }, (inner) => `${reportText(path)}!${inner}`);
  return { ...signing, coverage: placed.coverage, anomalies: placed.anomalies };
}

/** A file that the app gets beside its packages: it may hold anything, and asks for nothing. */
function expansionOf({ path }: Entry): AppFacts {
  const unit = {
    kind: 'asset-pack',
    platform: 'android',
    root: `${reportText(path)}!`,
    app: noApp,
    executable: null,
  } as const;
  return { ...noFacts, units: [unit] };
}
