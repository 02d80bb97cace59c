#!/usr/bin/env node
import { run } from './run.ts';

const controller = new AbortController();
process.on('SIGINT', () => {
  // The second time the user means it.
  if (controller.signal.aborted) process.exit(130);
  controller.abort();
});
// A reader that has seen enough (`| head`) is no error; what is left to write is dropped.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

// Not process.exit: what was written to a pipe must still flow out.
process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  now: () => new Date(),
  signal: controller.signal,
});
