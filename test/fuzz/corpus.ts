import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Kind, kindOf, kinds } from './readers.ts';
import { seeds } from './seeds.ts';

/** Bytes of a file that is worth mutating: a change in a megabyte hits nothing. */
const MOST = 200_000;
/** Files kept that did something new; each kind of a reader has its own. */
const MOST_KEPT = 1500;

/**
 * What mutations start from: seeds, the files of a folder, and inputs of earlier runs that made a reader say something
 * new. They are numbered, so that the same number of them is the same list again.
 */
export class Corpus {
  readonly files: Record<Kind, Uint8Array[]>;
  readonly bundles: Uint8Array[] = [];
  private readonly folder: string;
  private readonly said = new Set<string>();
  private kept = 0;

  /** @param upTo how many of the kept files count: those of whole batches */
  constructor(folder: string, given: string | null, upTo: number) {
    this.folder = folder;
    this.files = Object.fromEntries(kinds.map((kind) => [kind, [...seeds[kind]]])) as Record<Kind, Uint8Array[]>;
    mkdirSync(folder, { recursive: true });
    const mine = readdirSync(folder).sort().slice(0, upTo);
    for (const path of given === null ? [] : filesIn(given)) this.put(readFileSync(path), null);
    for (const name of mine) this.put(readFileSync(join(folder, name)), name.slice(7) as Kind | 'bundle');
    this.kept = mine.length;
  }

  get count(): number {
    return this.kept;
  }

  /** Keeps an input that says what none has said before. */
  offer(bytes: Uint8Array, kind: Kind | 'bundle', says: readonly string[]): void {
    const news = says
      .map((each) => `${kind} ${each.replace(/\d+/g, 'N').slice(0, 160)}`)
      .filter((each) => !this.said.has(each));
    if (news.length === 0) return;
    for (const each of news) this.said.add(each);
    if (bytes.length > MOST || this.kept >= MOST_KEPT) return;
    writeFileSync(join(this.folder, `${String(this.kept).padStart(6, '0')}-${kind}`), bytes);
    this.kept++;
    this.put(bytes, kind);
  }

  private put(bytes: Uint8Array, as: Kind | 'bundle' | null): void {
    const kind = as ?? kindOf(bytes);
    if (kind === null) return;
    if (kind === 'bundle') this.bundles.push(bytes);
    else this.files[kind].push(bytes);
    // An archive that was given may be a bundle.
    if (as === null && kind === 'zip') this.bundles.push(bytes);
  }
}

function filesIn(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[])
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && statSync(path).size <= MOST && statSync(path).size > 0)
    .sort();
}
