import { OUT_OF_MEMORY } from './node-child.ts';

/** Milliseconds between two looks at how much memory is taken. */
const LOOK = 50;

/**
 * The child's side: answers the questions of the process that started it, one at a time, until that is gone.
 * More memory than its argument says, while it answers, ends the process.
 * @param answer may `tell` things before its answer
 */
export function answerParent(answer: (question: string, tell: (message: object) => void) => Promise<object>): void {
  const memory = Number(process.argv[2]);
  // Ctrl-C reaches the children of a terminal too; what becomes of them the parent says.
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit());
  const tell = (message: object): void => {
    process.send?.(message);
  };
  process.on('message', async (question: string) => {
    const watch = setInterval(() => {
      if (process.memoryUsage.rss() > memory) process.exit(OUT_OF_MEMORY);
    }, LOOK);
    const said = await answer(question, tell);
    clearInterval(watch);
    // What one scan left must not be counted to the next.
    tell({ ...said, isLast: process.memoryUsage.rss() > memory / 2 });
  });
}
