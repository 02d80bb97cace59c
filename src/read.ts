import type { Budgets } from './budgets.ts';
import { readApk } from './bundle/apk.ts';
import { type AppFacts, noApp } from './bundle/app.ts';
import { Streamer } from './bundle/content.ts';
import { Lookahead } from './bundle/lookahead.ts';
import { type Opened, openBundle, type ScanSource } from './bundle/open.ts';
import { readSignatures, type SignatureFacts } from './bundle/signatures.ts';
import { ScanError } from './errors.ts';
import { extractDeclared } from './features/declared.ts';
import { Extractor } from './features/entry.ts';
import type { EntryFeatures } from './features/features.ts';
import { KeptFeatures } from './features/kept.ts';
import type { BundleReading } from './inventory/reading.ts';
import type { Taker } from './inventory/taker.ts';
import type { ByteSource, Platform } from './platform/platform.ts';
import type { BundleFacts, Coverage, Depth, Platform as MobilePlatform, Progress, Signature } from './types.ts';

export interface ReadOptions {
  readonly platform: Platform;
  readonly budgets: Budgets;
  readonly depth: Depth;
  readonly taker: Taker;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** Opens a bundle and reads every entry once. @throws ScanError */
export async function readBundle(source: ScanSource, options: ReadOptions): Promise<BundleReading> {
  const { platform, budgets, taker, depth, signal, onProgress } = options;
  let done = 0;
  let total = 0;
  const pause = async () => {
    onProgress?.({ phase: 'read', done, total });
    await platform.breathe();
    if (signal?.aborted) throw new ScanError('aborted', 'the scan was aborted', { cause: signal.reason });
  };
  const streamer = new Streamer(platform.inflater(), pause);
  onProgress?.({ phase: 'open', done, total });
  const opened = await openBundle(source, { budgets, platform, streamer });
  const prefetcher = opened.source && platform.prefetcher(opened.source);
  if (prefetcher) streamer.prefetchFrom(opened.source, prefetcher);
  try {
    total = opened.size;
    await pause();
    const reader = { streamer, platform, budgets };
    const app = await readApp(opened, reader);
    const signing = opened.kind === 'apk' ? await readSignatures(opened.archive, opened.source, reader) : noSignatures;
    const mobile: MobilePlatform = opened.kind === 'apk' ? 'android' : 'ios';
    const scene = { platform: mobile, root: opened.root, executable: app.executable };
    const extractor = new Extractor(taker, platform, streamer, budgets, depth, scene);
    const read = new Set(app.documents.map((document) => document.path));
    const kept = new KeptFeatures(budgets);
    kept.coverage.addAll([...opened.coverage, ...app.coverage, ...signing.coverage]);
    for (const features of extractDeclared(app, taker, budgets)) kept.add(features);
    let count = 0;
    const lookahead = prefetcher && depth !== 'names' ? new Lookahead(opened.archive.entries, prefetcher) : null;
    for (const [index, entry] of opened.archive.entries.entries()) {
      done = opened.source ? entry.position : done + entry.size;
      // The streamer pauses by bytes, and entries may have none.
      if (++count % 1024 === 0) await pause();
      // A document that was read to know the app is not read twice.
      if (read.has(entry.path)) continue;
      await lookahead?.announce(index);
      await extractor.extract(entry, (features) => kept.add(features));
    }
    done = total;
    const { entries } = kept;
    kept.coverage.addAll(kept.dropped);
    const bundle: BundleFacts = {
      kind: opened.kind,
      platform: mobile,
      sha256: (await prefetcher?.bundle(pause)) ?? (await digestOf(opened, platform, streamer, pause)),
      size: opened.size,
      entries: opened.archive.listed,
      signatures: [...signing.signatures, ...codeSignature(app, entries)],
      signingBlock: signing.signingBlock,
      app: { ...app.app, architectures: architecturesOf(app, entries) },
    };
    return {
      bundle,
      depth,
      budgets,
      manifestRead: !app.coverage.some((line) => line.matters && line.state !== 'read'),
      entries,
      coverage: kept.coverage.list(),
      anomalies: [...opened.archive.anomalies, ...app.anomalies, ...signing.anomalies, ...kept.anomalies],
      notices: opened.notices,
    };
  } finally {
    await prefetcher?.close();
    opened.close();
  }
}

async function readApp(opened: Opened, reader: Parameters<typeof readApk>[1]): Promise<AppFacts> {
  if (opened.kind === 'apk') return readApk(opened.archive.entries, reader);
  if (opened.kind !== 'macho') {
    // Property lists bring an XML parser along, which an APK should not wait for.
    const { readIpa } = await import('./bundle/ipa.ts');
    return readIpa(opened.archive.entries, opened.root, reader);
  }
  const missing: Coverage = {
    path: 'Info.plist',
    format: 'plist',
    state: 'unreadable',
    reason: 'missing',
    offset: null,
    detail: 'a bare executable has no Info.plist: permissions and identity are not known',
    matters: true,
  };
  return {
    app: noApp,
    declarations: [],
    containers: [],
    documents: [],
    coverage: [missing],
    anomalies: [],
    executable: '(executable)',
  };
}

/** sha256 of the file; of a directory, the sha256 over its sorted paths and their digests. */
export async function digestOf(opened: Opened, platform: Platform, streamer: Streamer, pause: () => Promise<void>) {
  if (opened.source) return hashSource(opened.source, platform, pause);
  const list = platform.sha256();
  const entries = [...opened.archive.entries].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const entry of entries) {
    const { content, close } = await entry.locate();
    const hash = platform.sha256();
    await streamer.stream(content, Number.MAX_SAFE_INTEGER, (bytes) => {
      hash.update(bytes);
      return true;
    });
    close();
    list.update(new TextEncoder().encode(`${entry.path}\0${hash.digest()}\n`));
  }
  return list.digest();
}

async function hashSource(source: ByteSource, platform: Platform, pause: () => Promise<void>): Promise<string> {
  const hash = platform.sha256();
  const piece = new Uint8Array(1024 * 1024);
  for (let at = 0; at < source.size; ) {
    const filled = source.readInto(piece, at);
    const count = filled instanceof Promise ? await filled : filled;
    if (count === 0) break;
    hash.update(piece.subarray(0, count));
    at += count;
    if (at % (8 * piece.length) === 0) await pause();
  }
  return hash.digest();
}

const noSignatures: SignatureFacts = { signatures: [], signingBlock: [], coverage: [], anomalies: [] };

/** The executable's: those of frameworks were replaced by the app's when it was built. */
function codeSignature(app: AppFacts, entries: readonly EntryFeatures[]): Signature[] {
  const signature = entries.find((e) => e.path === app.executable)?.signature;
  return signature ? [{ scheme: 'codesign', teamId: signature.teamId, certificates: [] }] : [];
}

function architecturesOf(app: AppFacts, entries: readonly EntryFeatures[]): string[] {
  if (app.app.architectures.length > 0) return [...app.app.architectures];
  const slices = entries.find((e) => e.path === app.executable)?.slices ?? [];
  return slices.map(({ arch }) => arch).sort();
}
