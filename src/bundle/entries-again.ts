import { memorySource } from '../runtime/runtime.ts';
import { reportText } from '../text.ts';
import type { Reader } from './app.ts';
import { type Archive, zipArchive } from './archive.ts';
import type { Entry } from './entry.ts';
import { windowOf } from './windows.ts';

/** What an archive costs in steps to open once more, as the first time. */
const PACKAGE_STEPS = 128;

interface Open {
  readonly path: string;
  /** Null for what is no archive, or cannot be had. */
  readonly entries: Archive['entries'] | null;
  close(): void;
}

/** Finds entries by their paths in a report once all were read, those in the packages of a set too: the last of these stays open. */
export class EntriesAgain {
  readonly #entries: readonly Entry[];
  readonly #reader: Reader;
  #open: Open | null = null;

  constructor({ entries }: Pick<Archive, 'entries'>, reader: Reader) {
    this.#entries = entries;
    this.#reader = reader;
  }

  async find(path: string): Promise<Entry | null> {
    const own = entryOf(this.#entries, path);
    const bang = path.indexOf('!');
    if (own || bang < 0) return own;
    const around = path.slice(0, bang);
    if (this.#open?.path !== around) {
      this.close();
      const entry = entryOf(this.#entries, around);
      this.#open = entry && (await this.#opened(entry, around));
    }
    return entryOf(this.#open?.entries ?? [], path);
  }

  close(): void {
    this.#open?.close();
    this.#open = null;
  }

  async #opened(entry: Entry, path: string): Promise<Open> {
    const { streamer, budgets } = this.#reader;
    const { content, close } = await entry.locate();
    try {
      let source = windowOf(content);
      if (content.coding !== 'stored') {
        const { bytes, end } = await streamer.collect(content, budgets.nestedBytes);
        if (end.state !== 'whole') return { path, entries: null, close };
        source = memorySource(bytes);
      }
      const { entries } = await zipArchive(source, `${entry.path}!`, this.#reader);
      return { path, entries: streamer.allowance.spend(PACKAGE_STEPS + entries.length) ? entries : null, close };
    } catch (error) {
      close();
      throw error;
    }
  }
}

const entryOf = (entries: readonly Entry[], path: string): Entry | null =>
  entries.find((each) => reportText(each.path) === path) ?? null;
