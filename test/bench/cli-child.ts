/** One scan by the command line, in a process of its own: `node cli-child.js CLI FILE`. */
import { pathToFileURL } from 'node:url';

const [node = '', , cli = '', file = ''] = process.argv;
process.argv = [node, cli, 'scan', file];
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  console.log(JSON.stringify({ maxRSS, cpu: (userCPUTime + systemCPUTime) / 1000 }));
});
await import(pathToFileURL(cli).href);
