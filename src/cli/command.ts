import { worst } from './exit-codes.ts';
import { errorLine } from './remarks.ts';
import { run } from './run.ts';
import { StandardOutput } from './stdout.ts';

/** The whole of a run of the command line. */
export async function command(): Promise<void> {
  const controller = new AbortController();
  process.on('SIGINT', () => {
    // The second time the user means it.
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  });
  // Where nothing can be said any more, the exit code still can.
  process.stderr.on('error', () => {});

  const stdout = new StandardOutput();
  const code = await run(process.argv.slice(2), {
    stdout,
    stderr: process.stderr,
    // Asked for alone: who looks at it keeps it open.
    stdin: () => process.stdin,
    env: process.env,
    now: () => new Date(),
    signal: controller.signal,
  });
  // Not process.exit: what was written to a pipe must still flow out.
  const failure = await stdout.end();
  if (failure) process.stderr.write(errorLine(failure));
  process.exitCode = failure ? worst([code, 70]) : code;
}
