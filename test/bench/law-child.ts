import { setImmediate } from 'node:timers/promises';

/**
 * One scan in a process of its own: `node law-child.js INDEX FILE`. Prints what it cost as a line of JSON; `held` is the
 * most CPU, in milliseconds, between two turns of the event loop.
 */
const [, , index = '', file = ''] = process.argv;
const { loadRules, matching, read, assess, render } = await import(index);
const rules = loadRules();
const taker = matching(rules);
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
const said = await read(file, taker).then(
  async (reading: { spent?: { inflated: number; steps: number } }) => {
    const report = await assess(reading, { rules });
    const json: string = render(report, 'json');
    const { inflated = 0, steps = 0 } = reading.spent ?? {};
    return { inflated, steps, verdict: report.verdict, report: Buffer.byteLength(json) };
  },
  (error: { code?: string }) => ({ inflated: 0, steps: 0, verdict: error.code ?? String(error), report: 0 }),
);
isDone = true;
await turns;
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
console.log(JSON.stringify({ ...said, held, maxRSS, cpu: (userCPUTime + systemCPUTime) / 1e6 }));
