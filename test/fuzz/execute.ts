import { defaultBudgets } from '../../src/budgets.ts';
import { FormatError, ScanError } from '../../src/errors.ts';
import { readPlist } from '../../src/formats/plist/index.ts';
import type { Rules } from '../../src/rules/schema.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { scanWith } from '../../src/scan.ts';
import type { Report } from '../../src/types.ts';
import { agree, type Oracle, plain } from './oracle.ts';
import { type Kind, readers } from './readers.ts';

/** What one execution came to. `says`: what a reader reported, which is what makes an input new. */
export interface Outcome {
  readonly says: readonly string[];
  readonly wrong: { readonly kind: 'crash' | 'over-budget' | 'lie'; readonly what: string } | null;
}

const MiB = 1024 * 1024;
/** The law of ARCHITECTURE.md: bytes of a report, bytes inflated for each of the file's, CPU for each inflated. */
const REPORT = 16 * MiB;
const mostInflated = (size: number) => 64 * MiB + 200 * size;
const mostCpu = (bytes: number) => 500 + (70 * bytes) / 1e6;

const fine = (says: readonly string[]): Outcome => ({ says, wrong: null });
const crash = (error: unknown): Outcome => ({
  says: [],
  wrong: { kind: 'crash', what: error instanceof Error ? (error.stack ?? error.message) : String(error) },
});

function cpuSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** Every message in a result, however deep: they tell what was met. */
function messages(value: unknown, found: string[], depth = 4): string[] {
  if (depth === 0 || typeof value !== 'object' || value === null || value instanceof Uint8Array) return found;
  for (const each of Array.isArray(value) ? value.slice(0, 20) : Object.values(value)) {
    if (typeof each === 'object') messages(each, found, depth - 1);
  }
  for (const key of ['message', 'code'] as const) {
    const said = (value as Record<string, unknown>)[key];
    if (typeof said === 'string') found.push(said);
  }
  return found;
}

/** Runs the reader of a kind. @param compare whether the independent reader is asked too */
export async function executeReader(kind: Kind, bytes: Uint8Array, oracle: Oracle | null): Promise<Outcome> {
  const start = performance.now();
  let says: string[];
  try {
    says = messages(readers[kind](bytes), []);
  } catch (error) {
    if (!(error instanceof FormatError)) return crash(error);
    says = [error.message];
  }
  if (performance.now() - start > mostCpu(bytes.length)) {
    const cpu = leastCpu(() => {
      try {
        readers[kind](bytes);
      } catch {}
    });
    if (cpu > mostCpu(bytes.length)) return over(says, `${cpu.toFixed(0)} ms for ${bytes.length} bytes`);
  }
  const lie = oracle && kind === 'plist' && says.length === 0 ? await plistLie(bytes, oracle) : null;
  return lie === null ? fine(says) : { says, wrong: { kind: 'lie', what: lie } };
}

const over = (says: readonly string[], what: string): Outcome => ({ says, wrong: { kind: 'over-budget', what } });

/** A busy machine makes one run long, not three. */
function leastCpu(work: () => void): number {
  return Math.min(
    ...[1, 2, 3].map(() => {
      const start = process.cpuUsage();
      work();
      return cpuSince(start);
    }),
  );
}

async function plistLie(bytes: Uint8Array, oracle: Oracle): Promise<string | null> {
  const theirs = await oracle.ask('p', bytes);
  if (theirs === undefined) return null;
  const ours = plain(readPlist(bytes, defaultBudgets).value);
  return agree(ours, theirs)
    ? null
    : `ours ${JSON.stringify(ours).slice(0, 400)}\ntheirs ${JSON.stringify(theirs).slice(0, 400)}`;
}

/** Node's surroundings, and how much was inflated through them. */
export function countingRuntime(): { runtime: Runtime; inflated(): number } {
  let inflated = 0;
  const inflater: Runtime['inflater'] = () => {
    const inner = nodeRuntime.inflater();
    return {
      reset: () => inner.reset(),
      get left() {
        return inner.left;
      },
      push: (input, out) =>
        inner.push(input, (bytes) => {
          inflated += bytes.length;
          return out(bytes);
        }),
    };
  };
  return { runtime: { ...nodeRuntime, inflater }, inflated: () => inflated };
}

/** Scans, holds the law against it, and asks whether a complete report names every needle that another reader sees. */
export async function executeScan(bytes: Uint8Array, rules: Rules, oracle: Oracle | null): Promise<Outcome> {
  const once = await measured(bytes, rules);
  if ('crash' in once) return crash(once.crash);
  if ('refused' in once) return fine([once.refused]);
  const { report, inflated } = once;
  const says = [
    ...report.coverage.map((line) => `${line.format} ${line.reason} ${line.detail.slice(0, 80)}`),
    ...report.anomalies.map((anomaly) => anomaly.code),
  ];
  if (inflated > mostInflated(bytes.length)) return over(says, `${inflated} bytes inflated of ${bytes.length}`);
  const length = JSON.stringify(report).length;
  if (length > REPORT) return over(says, `a report of ${length} bytes`);
  if (once.cpu > mostCpu(inflated + bytes.length)) {
    const again = [await measured(bytes, rules), await measured(bytes, rules)];
    const cpu = Math.min(once.cpu, ...again.map((each) => ('cpu' in each ? each.cpu : 0)));
    if (cpu > mostCpu(inflated + bytes.length)) return over(says, `${cpu.toFixed(0)} ms, ${inflated} bytes inflated`);
  }
  const lie = oracle && report.complete ? await scanLie(bytes, report, oracle) : null;
  return lie === null ? fine(says) : { says, wrong: { kind: 'lie', what: lie } };
}

type Measured = { report: Report; inflated: number; cpu: number } | { refused: string } | { crash: unknown };

async function measured(bytes: Uint8Array, rules: Rules): Promise<Measured> {
  const { runtime, inflated } = countingRuntime();
  const start = process.cpuUsage();
  try {
    const report = await scanWith(runtime, bytes, rules, { asOf: '2026-11-01' });
    return { report, inflated: inflated(), cpu: cpuSince(start) };
  } catch (error) {
    return error instanceof ScanError ? { refused: error.message } : { crash: error };
  }
}

async function scanLie(bytes: Uint8Array, report: Report, oracle: Oracle): Promise<string | null> {
  const seen = ((await oracle.ask('z', bytes)) ?? []) as number[];
  const named = new Set(report.endpoints.map(({ host }) => host));
  const missed = seen.filter((n) => !named.has(`needle-${n}.example.org`));
  return missed.length === 0 ? null : `complete, ${report.verdict}; not named: needles ${missed.join(', ')}`;
}
