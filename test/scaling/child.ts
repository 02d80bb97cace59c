import { readFileSync } from 'node:fs';

/** One scan in a process of its own: `node child.js INDEX FILE`; with WAIVERS, what the gate over its report costs. */
const [, , index = '', file = '', waivers] = process.argv;
const { scan, gate, parseWaivers } = await import(index);
const rules = (await import(index)).loadRules();
let start = process.cpuUsage();
const report = await scan(file, { rules });
if (waivers !== undefined) {
  const content = JSON.parse(readFileSync(waivers, 'utf8'));
  start = process.cpuUsage();
  gate(report, { waivers: parseWaivers(content) });
}
const { user, system } = process.cpuUsage(start);
const said = {
  cpu: (user + system) / 1000,
  maxRSS: process.resourceUsage().maxRSS,
  report: JSON.stringify(report).length,
};
console.log(JSON.stringify(said));
