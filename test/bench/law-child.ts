import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

/**
 * One scan in a process of its own: `node law-child.js INDEX FILE`. Prints what it cost as a line of JSON; `held` is the
 * most CPU, in milliseconds, between two turns of the event loop.
 */
const [, , index = '', file = ''] = process.argv;
const { loadRules, matching, read, assess, render } = await import(index);
const rules = loadRules();
const run = async () => {
  const reading: { spent?: { inflated: number; steps: number } } = await read(file, matching(rules));
  const report = await assess(reading, { rules });
  const { inflated = 0, steps = 0 } = reading.spent ?? {};
  return { inflated, steps, verdict: report.verdict, report: Buffer.byteLength(render(report, 'json') as string) };
};
const refused = (error: { code?: string }) => ({
  inflated: 0,
  steps: 0,
  verdict: error.code ?? String(error),
  report: 0,
});
const said = await run().catch(refused);
const { userCPUTime, systemCPUTime } = process.resourceUsage();
const maxRSS = peak();

/** In KiB. Of Linux's own table where there is one: `maxRSS` of a child begins with what its parent held. */
function peak(): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}

// Once more for the turns: what is made at first use (the matcher, compiled code) is made.
let held = 0;
let since = process.cpuUsage();
let isDone = false;
// Turns with the loop: each time it comes round, so much CPU has gone since the last.
const turns = (async () => {
  while (!isDone) {
    await setImmediate();
    const { user, system } = process.cpuUsage(since);
    held = Math.max(held, (user + system) / 1000);
    since = process.cpuUsage();
  }
})();
await run().catch(refused);
isDone = true;
await turns;
console.log(JSON.stringify({ ...said, held, maxRSS, cpu: (userCPUTime + systemCPUTime) / 1e6 }));
