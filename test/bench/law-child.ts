import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

/**
 * One scan in a process of its own: `node law-child.js INDEX FILE`. Prints what it cost as a line of JSON; `cold` and
 * `held` are the most CPU, in milliseconds, between two turns of the event loop: in this process's first scan, which
 * makes the matcher and compiles what runs, and in its third. The rules are loaded before.
 */
const [, , index = '', file = ''] = process.argv;
const { loadRules, matching, read, assess, render } = await import(index);
const rules = loadRules();

async function scan() {
  const reading: { spent?: { inflated: number; steps: number } } = await read(file, matching(rules));
  const report = await assess(reading, { rules });
  const { inflated = 0, steps = 0 } = reading.spent ?? {};
  return { inflated, steps, verdict: report.verdict, whole: report };
}

const refused = (error: { code?: string }) => ({
  ...{ inflated: 0, steps: 0, whole: null },
  verdict: error.code ?? String(error),
});

/** A scan, and the longest that the event loop waited for it. */
async function watched() {
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
  const said = await scan().catch(refused);
  isDone = true;
  await turns;
  return { said, held };
}

const first = await watched();
const { whole, ...said } = first.said;
// `render` answers at once, and how long that takes is its caller's to know.
const since = process.cpuUsage();
const report = whole === null ? 0 : Buffer.byteLength(render(whole, 'json') as string);
const rendered = process.cpuUsage(since).user / 1000;
const { userCPUTime, systemCPUTime } = process.resourceUsage();
const maxRSS = peak();
await scan().catch(refused);
const { held } = await watched();
const cpu = (userCPUTime + systemCPUTime) / 1e6;
console.log(JSON.stringify({ ...said, report, rendered, cold: first.held, held, maxRSS, cpu }));

/** In KiB. Of Linux's own table where there is one: `maxRSS` of a child begins with what its parent held. */
function peak(): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}
