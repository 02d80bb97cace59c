/** One scan in a process of its own: `node child.js INDEX FILE DEPTH`. */
const [, , index = '', file = '', depth = 'deep'] = process.argv;
const { scan } = await import(index);
const report = await scan(file, { depth });
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
console.log(JSON.stringify({ sha256: report.bundle.sha256, maxRSS, cpu: (userCPUTime + systemCPUTime) / 1000 }));
