import { type ChildProcess, fork } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Batch, type BatchDone, type Failure, loadState, saveState, summary, type Target } from './state.ts';

/**
 * Runs mutated and built inputs through `scan()` and through single readers until so many executions are done in all:
 * `npm run fuzz -- [FOLDER] [--scans N] [--readers N] [--corpus DIR] [--seed N] [--minutes N]`. FOLDER keeps the state, the
 * corpus and failing inputs; the next run with it goes on where this one ended.
 */
const args = process.argv.slice(2);
const option = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
const folder = args[0] && !args[0].startsWith('--') ? args[0] : join(tmpdir(), 'waybill-fuzz');
const wanted: Record<Target, number> = {
  scan: Number(option('--scans') ?? 2000),
  reader: Number(option('--readers') ?? 100_000),
};
const end = Date.now() + Number(option('--minutes') ?? 600) * 60_000;
const BATCH: Record<Target, number> = { scan: 200, reader: 10_000 };
/** Seconds for a whole batch; and for one execution, where each is told. */
const PATIENCE = { batch: 600, one: 30 };

const state = loadState(folder, Number(option('--seed') ?? 1));
let child: ChildProcess | null = null;

for (;;) {
  const left = (of: Target) => (wanted[of] === 0 ? 0 : 1 - state.executions[of] / wanted[of]);
  const of: Target = left('scan') > left('reader') ? 'scan' : 'reader';
  if (left(of) <= 0 || Date.now() > end) break;
  const from = state.executions[of];
  const to = Math.min(wanted[of], from + BATCH[of]);
  const batch = { of, seed: state.seed, from, to, kept: state.kept, saved: state.failures.length };
  const done = await finish(batch);
  state.executions[of] = to;
  state.cpu[of] += done.cpu;
  state.kept = done.kept;
  state.peak = Math.max(state.peak, done.peak);
  state.failures.push(...done.failures);
  saveState(folder, state);
}
(child as ChildProcess | null)?.disconnect();
report();

/** Runs a batch; where it ends the process, once more with each input written down, until the culprits are known. */
async function finish(batch: Omit<Batch, 'skip' | 'careful'>): Promise<BatchDone> {
  const skip: number[] = [];
  for (let careful = false; ; careful = true) {
    rmSync(join(folder, 'current.json'), { force: true });
    const done = await run({ ...batch, skip, careful });
    if (typeof done !== 'string') return done;
    child = null;
    const current = join(folder, 'current.json');
    if (!careful || !existsSync(current)) continue;
    const { n, of } = JSON.parse(readFileSync(current, 'utf8')) as Pick<Failure, 'n' | 'of'>;
    const file = `${batch.of}-${n}-ended`;
    copyFileSync(join(folder, 'current.bin'), join(folder, 'failures', file));
    state.failures.push({ of, n, kind: 'crash', what: done, file });
    skip.push(n);
  }
}

async function run(batch: Batch): Promise<BatchDone | string> {
  child ??= await start();
  const worker = child;
  return new Promise((resolve) => {
    const over = () => worker.kill('SIGKILL');
    let timer = setTimeout(over, PATIENCE.batch * 1000);
    if (batch.careful) {
      // The file of the execution at hand stays the same where it hangs.
      let last = '';
      const look = setInterval(() => {
        const now = existsSync(join(folder, 'current.json')) ? readFileSync(join(folder, 'current.json'), 'utf8') : '';
        if (now === last) over();
        last = now;
      }, PATIENCE.one * 1000);
      clearTimeout(timer);
      timer = look;
    }
    const settle = (result: BatchDone | string) => {
      clearTimeout(timer);
      worker.removeAllListeners();
      resolve(result);
    };
    worker.once('message', (done) => settle(done as BatchDone));
    worker.once('exit', (code, signal) => settle(`the process ended with ${signal ?? code}`));
    worker.send(batch);
  });
}

async function start(): Promise<ChildProcess> {
  const worker = fork(fileURLToPath(new URL('worker.js', import.meta.url)), [folder, option('--corpus') ?? '']);
  await new Promise((resolve) => worker.once('message', resolve));
  return worker;
}

function report(): void {
  console.log(
    `seed ${state.seed}, state in ${folder}, ${state.kept} files kept, worker's peak ${(state.peak / 1024).toFixed(0)} MiB`,
  );
  for (const of of ['scan', 'reader'] as const) {
    const [count, cpu] = [state.executions[of], state.cpu[of]];
    console.log(
      `${of}: ${count} executions, ${cpu.toFixed(0)} s CPU, ${(count / Math.max(cpu, 0.001)).toFixed(0)} a second of CPU`,
    );
  }
  const of = (kind: string) => state.failures.filter((failure) => failure.kind === kind).length;
  console.log(`crashes ${of('crash')}, over budget ${of('over-budget')}, lies ${of('lie')}`);
  for (const line of summary(state)) console.log(`  ${line}`);
  if (state.failures.length > 0) process.exitCode = 1;
}
