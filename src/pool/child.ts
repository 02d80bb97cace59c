import { loadAddresses, loadRules, type Rules, ScanError, scan } from '../index.ts';
import { answerParent } from '../runtime/node-parent.ts';
import type { AddressRegistry } from '../types.ts';
import type { Answer, Question } from './messages.ts';

/** What a pool starts: scans what it is asked to, with rules that it loads once. */

/** Milliseconds between two reports of progress. */
const PAUSE = 50;

let settings: Promise<{ rules: Rules; addresses: AddressRegistry | undefined }> | null = null;

async function load({ rules, addresses }: Question) {
  return {
    rules: loadRules(...rules),
    addresses: addresses === null ? undefined : await loadAddresses(addresses === true ? undefined : addresses),
  };
}

async function answer(asked: string, tell: (message: object) => void): Promise<Omit<Answer, 'isLast'>> {
  try {
    const question = JSON.parse(asked) as Question;
    settings ??= load(question);
    let told = 0;
    const report = await scan(question.path, {
      ...question.options,
      ...(await settings),
      onProgress: question.wantsProgress
        ? (progress) => {
            const now = performance.now();
            if (now - told < PAUSE) return;
            told = now;
            tell({ progress });
          }
        : undefined,
    });
    return { report };
  } catch (error) {
    const { message, stack = null } = error instanceof Error ? error : new Error(String(error));
    return { error: { code: error instanceof ScanError ? error.code : null, message, stack } };
  }
}

answerParent(answer);
