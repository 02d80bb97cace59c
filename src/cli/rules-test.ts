import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadRules, printable, type Rules, readRegularFile } from '../index.ts';
import { type ExitCode, UsageError } from './exit-codes.ts';
import type { Io } from './io.ts';
import { remark } from './remarks.ts';

/** One thing that a twin says. */
export interface TwinCase {
  /** The rule file, such as `sdks/agora-rtc`. */
  readonly rule: string;
  readonly says: string;
  /** @returns null where it holds; else what is the case instead */
  readonly prove: () => Promise<string | null>;
}

/** A file of twins; `path` is relative to their folder, such as `sdks/agora-rtc.json`. */
export interface TwinFile {
  readonly path: string;
  readonly text: string;
}

interface Twins {
  twinCases(paths: readonly string[], twins: readonly TwinFile[], rules: Rules): TwinCase[];
}

/** With the writers of bundles that the tests have: the build joins them, and no other command loads them. */
const twinsModule = new URL('../../dist/rules/twins.js', import.meta.url).href;

/** Bytes of a twin. */
const MOST = 4 * 1024 * 1024;

/**
 * `waybill rules test DIR…`: scans the bundles that twins describe; each case that does not hold on a line of stdout.
 * @param folder of the twins; DIR/../test/rules of each where left out
 * @throws UsageError, ScanError bad-rules
 */
export async function testCommand(
  directories: readonly string[],
  folder: string | undefined,
  io: Io,
): Promise<ExitCode> {
  const packs = [...new Set(directories)].map((rules) => ({
    rules,
    twins: folder ?? join(rules, '..', 'test', 'rules'),
  }));
  const missing = packs.find(({ twins }) => !existsSync(twins));
  if (missing)
    throw new UsageError(`${missing.twins}: no such folder; twins of ${missing.rules} stand there, or in --twins DIR`);
  const rules = loadRules(...directories);
  const { twinCases } = (await import(twinsModule)) as Twins;
  const cases = packs.flatMap((pack) => {
    const twins = filesIn(pack.twins).map((path) => ({ path, text: textOf(join(pack.twins, path)) }));
    // Several packs may share a folder: what is no twin of this one is another's.
    const own = filesIn(pack.rules);
    return twinCases(own, packs.length > 1 ? twins.filter(({ path }) => own.includes(path)) : twins, rules);
  });
  let failed = 0;
  for (const { rule, says, prove } of cases) {
    // A twin may describe what cannot be built, or leave out what its case needs: that is its fault, and said.
    const found = await prove().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    if (io.signal?.aborted) return 130;
    if (found === null) continue;
    failed++;
    io.stdout.write(`${printable(`${rule}: ${says}: ${found}`)}\n`);
  }
  const files = new Set(cases.map(({ rule }) => rule)).size;
  io.stderr.write(remark(`${cases.length - failed} of ${cases.length} cases hold, in ${files} rule files`));
  return failed === 0 ? 0 : 1;
}

/** Of rule files as of twins: `<kind>/<id>.json`, sorted. */
function filesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  return names.filter((name) => /^(sdks|vendors|jurisdictions|policies)\/[^/]+\.json$/.test(name)).sort();
}

function textOf(path: string): string {
  return new TextDecoder().decode(readRegularFile(path, MOST));
}
