import { type Answer, answerOf } from './answer.ts';

/** Scans with one build, a file after another: `fork(child.js, [INDEX])`, a path in, an answer out. */
const [, , index = ''] = process.argv;
const { scan } = await import(index);

/** One day for both builds, so that what differs is what they read. */
const AS_OF = '2026-11-01';

process.on('message', async (file: string) => {
  const start = process.cpuUsage();
  let answer: Answer;
  try {
    answer = answerOf(await scan(file, { asOf: AS_OF }));
  } catch (error) {
    const { name = '', code = '', message = '' } = error as { name?: string; code?: string; message?: string };
    answer = { error: name === 'ScanError' ? `refused: ${code}` : `crash: ${name} ${message}` };
  }
  const { user, system } = process.cpuUsage(start);
  process.send!({ ...answer, cpu: (user + system) / 1000 });
});
process.send!('ready');
