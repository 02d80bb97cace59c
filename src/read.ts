import { Allowance, type Working } from './allowance.ts';
import { type Budgets, defaultBudgets } from './budgets.ts';
import { joinFacts, namedByManifests, noApp, noFacts, type Reader } from './bundle/app.ts';
import { AskedLibraries } from './bundle/asked-libraries.ts';
import { missingClasses, RequiredClasses } from './bundle/classes.ts';
import { Streamer } from './bundle/content.ts';
import { digestOf } from './bundle/digest.ts';
import { EntriesAgain } from './bundle/entries-again.ts';
import type { Entry } from './bundle/entry.ts';
import { noSignatures } from './bundle/kinds/index.ts';
import { type InnerArchive, looksInstallable, MOST_NESTED, nestedApps, overNested } from './bundle/kinds/nested.ts';
import { missingLibraries } from './bundle/libraries.ts';
import { Lookahead } from './bundle/lookahead.ts';
import { type Opened, openBundle, type ScanSource } from './bundle/open.ts';
import { readingOrder } from './bundle/reading-order.ts';
import { ScanError } from './errors.ts';
import { extractDeclared } from './features/declared.ts';
import { withOwnCode } from './features/dex-calls.ts';
import { EngineCode } from './features/engine-code.ts';
import { Extractor } from './features/entry.ts';
import { GatheredFeatures } from './features/gathered.ts';
import { withJoinedCalls } from './features/joined-calls.ts';
import { LoneLibrary } from './features/lone-library.ts';
import { Referable } from './features/referable.ts';
import { sceneOf, Units } from './features/units.ts';
import type { EntryFeatures } from './inventory/facts.ts';
import { isLibrary } from './inventory/library.ts';
import type { Reading } from './inventory/reading.ts';
import type { Taker } from './inventory/taker.ts';
import type { Runtime } from './runtime/runtime.ts';
import { reportTexts } from './text.ts';
import type { BundleFacts, Depth, Progress } from './types.ts';

export interface ReadOptions {
  readonly runtime: Runtime;
  readonly budgets: Budgets;
  readonly depth: Depth;
  readonly taker: Taker;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** The version of a framework, by its property list. */
const VERSION_KEY = 'CFBundleShortVersionString';

/** What a report on a library says first. */
const LIBRARY =
  'This is a library, not an app: the report says what it would bring into an app. What an app asks for, switches on and calls is not asked: a scan of that app answers it.';

/** Opens a bundle and reads every entry once. @throws ScanError */
export async function readBundle(source: ScanSource, options: ReadOptions): Promise<Reading> {
  const { runtime, budgets, taker, depth, signal, onProgress } = options;
  const allowance = new Allowance(budgets);
  let done = 0;
  let total = 0;
  let reached = 0;
  let current: { readonly entry: Entry; readonly inflated: number } | null = null;
  const pause = async () => {
    const within = current === null ? 0 : readOf(current.entry, allowance.inflated - current.inflated);
    // A container may claim anything of its entries: what was told once is not taken back.
    reached = Math.max(reached, Math.min(total, done + within));
    onProgress?.({ phase: 'read', done: reached, total });
    await runtime.breathe();
    if (signal?.aborted) throw new ScanError('aborted', 'the scan was aborted', { cause: signal.reason });
  };
  const streamer = new Streamer(runtime.inflater(), pause, allowance);
  onProgress?.({ phase: 'open', done, total });
  const opened = await openBundle(source, { budgets, runtime, streamer });
  const prefetcher = opened.source && runtime.prefetcher(opened.source);
  if (prefetcher) streamer.prefetchFrom(opened.source, prefetcher, runtime);
  try {
    total = opened.size;
    allowance.grant(total);
    await pause();
    const reader = { streamer, runtime, budgets };
    const { app, signing } = await readDocuments(opened, reader, taker);
    const { layout } = app;
    const referable = new Referable(opened.archive.entries);
    const classes = new RequiredClasses(app.requires);
    const libraries = new AskedLibraries();
    const scene = sceneOf(opened.fits, app, classes, libraries);
    const units = new Units(app);
    const isOfNoApp = isLibrary(app.units);
    const engines = new EngineCode();
    const { kind, platform } = opened.fits[0]!.kind;
    const library = new LoneLibrary(kind);
    const wantsKey = (key: string) => key === VERSION_KEY || taker.wantsKey(key);
    let nested = 0;
    let isOverNested = false;
    /** An app of its own inside the bundle becomes a unit as it is met. */
    const enter = async (inner: InnerArchive): Promise<readonly EntryFeatures[]> => {
      if (units.has(inner.path)) return [];
      if (nested >= MOST_NESTED) {
        if (isOverNested || !looksInstallable(inner, isOfNoApp)) return [];
        isOverNested = true;
        kept.coverage.add(overNested(inner.path), current?.entry.position);
        return [];
      }
      const apps = await nestedApps(inner, reader, isOfNoApp, wantsKey);
      for (const each of apps) {
        nested++;
        scene.enter(each);
        units.add(each.facts.units, current?.entry.position);
        kept.coverage.addAll(each.facts.coverage, current?.entry.position);
        kept.addAnomalies(each.facts.anomalies);
      }
      return apps.flatMap(({ facts }) => extractDeclared(facts, taker, budgets, allowance));
    };
    const extractor = new Extractor({ taker, runtime, streamer, budgets, depth, scene, enter, referable });
    const kept = new GatheredFeatures(budgets);
    /** Of what stands in archives inside the bundle. */
    const inside: string[] = [];
    kept.coverage.addAll([...opened.coverage, ...app.coverage, ...signing.coverage]);
    for (const features of extractDeclared(app, taker, budgets, allowance)) kept.add(features);
    const ordered = readingOrder(opened.archive.entries);
    const lookahead = prefetcher && depth !== 'names' ? new Lookahead(ordered, prefetcher) : null;
    const take = (features: EntryFeatures) => {
      const position = current?.entry.position;
      kept.coverage.addAll(units.take(features), position);
      kept.add(features, position);
      engines.take(features, position);
      library.take(features);
      if (features.path.includes('.so') && features.path.includes('!')) inside.push(features.path);
    };
    for (const [index, entry] of ordered.entries()) {
      if (current) done += current.entry.packed ?? current.entry.size;
      current = { entry, inflated: allowance.inflated };
      libraries.position = entry.position;
      if (allowance.isTurn) await streamer.turn();
      if (layout?.followed.has(entry.path) || app.unread?.has(entry.path)) continue;
      if (depth === 'names' && scene.isDocument(entry.path)) continue;
      if (lookahead) await lookahead.announce(index);
      await extractor.extract(entry, take);
    }
    done = total;
    current = null;
    const found = new EntriesAgain(opened.archive, reader);
    const looking = {
      wanted: withOwnCode(taker.calls, scene.appIds),
      spend: (steps: number) => allowance.spend(steps),
      run: <T>(work: Working<T>) => streamer.run(work),
      again: async (path: string) => {
        const entry = await found.find(path);
        return entry && extractor.again(entry);
      },
    };
    const entries = await withJoinedCalls(kept.entries, units.list, looking).finally(() => found.close());
    kept.coverage.addAll(kept.dropped);
    if (depth !== 'names') kept.coverage.addAll(missingClasses(classes));
    if (!isOfNoApp && app.units.some((unit) => unit.platform === 'android')) {
      kept.coverage.addAll(libraries.absent(pathsOf(opened.archive.entries, inside), app.ofDevice));
    }
    // What a library asks for, the app may bring.
    if (layout && !isOfNoApp) kept.coverage.addAll(missingLibraries(kept.images, layout.tree, layout.executables));
    if (depth !== 'names') kept.coverage.addAll(engines.absent(isOfNoApp));
    const digest =
      (await prefetcher?.bundle(pause)) ?? (await digestOf(opened, reader, pause, (line) => kept.coverage.add(line)));
    const list = units.list.map((unit) => library.named(unit));
    const bundle: BundleFacts = {
      kind,
      platform,
      sha256: digest,
      size: opened.size,
      entries: opened.archive.listed,
      signatures: [...signing.signatures, ...units.codeSignatures],
      signingBlock: signing.signingBlock,
      app: list[0]?.app ?? noApp,
      units: list,
      ...(app.privacyManifests.length > 0 ? { privacyManifests: app.privacyManifests } : {}),
    };
    // What the entries say has come by the collector; from here on, no text of the app's is as it stood.
    const said = {
      bundle,
      depth,
      budgets,
      manifestRead: !app.coverage.some((line) => line.matters && line.state !== 'read'),
      named: namedByManifests(app),
      containers: app.containers.map(({ path, bundleId, strings }) => {
        return { path, bundleId, version: strings.get(VERSION_KEY)?.text ?? null };
      }),
      coverage: kept.coverage.list(),
      anomalies: [...opened.archive.anomalies, ...app.anomalies, ...signing.anomalies, ...kept.anomalies],
      notices: isOfNoApp ? [...opened.notices, LIBRARY] : opened.notices,
    };
    const spent = { inflated: allowance.inflated, steps: allowance.steps };
    return { ...reportTexts(said), entries, spent };
  } finally {
    await prefetcher?.close();
    opened.close();
  }
}

/** Bytes of the container that an entry is through with, by what came out of it. */
function readOf({ size, packed = size }: Entry, inflated: number): number {
  return size > 0 ? Math.floor(packed * Math.min(1, inflated / size)) : 0;
}

function* pathsOf(entries: readonly Entry[], inside: readonly string[]): Generator<string> {
  for (const { path } of entries) yield path;
  yield* inside;
}

/** What the documents of each kind that it is of say, and who signed as the container says it. */
async function readDocuments(opened: Opened, reader: Reader, taker: Taker) {
  let app = noFacts;
  let signing = noSignatures;
  for (const { kind, roots } of opened.fits) {
    const opening = { ...opened, roots, reader, wantsKey: (key: string) => key === VERSION_KEY || taker.wantsKey(key) };
    const said = await kind.app(opening);
    app = joinFacts([app, said]);
    const own = said.signing ?? (await kind.signatures(opening));
    signing = {
      signatures: [...signing.signatures, ...own.signatures],
      signingBlock: [...signing.signingBlock, ...own.signingBlock],
      coverage: [...signing.coverage, ...own.coverage],
      anomalies: [...signing.anomalies, ...own.anomalies],
    };
  }
  return { app, signing };
}

/** A budget of zero would mean "read nothing" and look like "no limit": refused. @throws ScanError bad-option */
export function checkBudgets(budgets: Budgets): Budgets {
  for (const [name, value] of Object.entries(budgets)) {
    if (!Object.hasOwn(defaultBudgets, name)) {
      const known = Object.keys(defaultBudgets).join(', ');
      throw new ScanError('bad-option', `no budget "${name}"; there is ${known}`);
    }
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new ScanError('bad-option', `budget ${name} is ${value}; a budget is a whole number of at least 1`);
    }
  }
  return budgets;
}
