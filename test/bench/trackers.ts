import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rules } from '../../src/rules/schema.ts';
import { shippedRules } from './dist.ts';
import { cache } from './measure.ts';

/** What exodus-core searches for: a regular expression over class names. */
interface Tracker {
  readonly name: string;
  readonly code_signature: string;
}

/** exodus-core skips signatures that are not longer. */
const SHORTEST = 4;

/**
 * The signatures that exodus-core is to search for. Its own come from a server of Exodus Privacy and never into this
 * repository: whoever has saved them (the answer of its `/api/trackers`) puts them where `saved` says. Without, it gets
 * the class clues of the shipped rules, which are fewer: less work than it does for its users.
 */
export async function trackers(): Promise<{ readonly file: string; readonly what: string }> {
  const saved = join(cache, 'exodus-trackers.json');
  const own = existsSync(saved);
  const list = own
    ? Object.values((JSON.parse(readFileSync(saved, 'utf8')) as { trackers: Record<string, Tracker> }).trackers)
    : fromRules((await import(shippedRules)).shippedRules as Rules);
  const used = list.filter(({ code_signature }) => code_signature.length >= SHORTEST);
  const file = join(cache, 'trackers.json');
  mkdirSync(cache, { recursive: true });
  writeFileSync(file, JSON.stringify(used.map(({ name, code_signature }) => ({ name, code_signature }))));
  const what = own
    ? `its own ${used.length} signatures, saved before`
    : `${used.length} signatures made of Waybill's class clues; its own, from .cache/bench/exodus-trackers.json, are not here`;
  return { file, what };
}

function fromRules({ sdks }: Rules): Tracker[] {
  return [...sdks.values()].map(({ name, clues }) => {
    const values = clues.flatMap((clue) =>
      clue.kind === 'class' ? [clue.is ?? clue.under ?? clue.tail ?? []].flat() : [],
    );
    // As Exodus writes them: the dot stands for the slash of a class name as well.
    return { name, code_signature: values.join('|') };
  });
}
