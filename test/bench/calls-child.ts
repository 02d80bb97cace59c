import { matching } from '../../src/match/taker.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { readWith } from '../../src/scan.ts';

/** Reads one bundle, with or without asking for calls: `node calls-child.js RULES FILE with|without`. */
const [, , rules = '', file = '', asks = 'with'] = process.argv;
const taker = matching((await import(rules)).shippedRules);
if (asks === 'without') Object.defineProperty(taker, 'calls', { value: { calls: [], packages: [] } });
const reading = await readWith(nodeRuntime, file, taker, {});
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
const calls = reading.entries.reduce((sum, each) => sum + (each.calls?.length ?? 0), 0);
console.log(JSON.stringify({ maxRSS, cpu: (userCPUTime + systemCPUTime) / 1000, calls }));
