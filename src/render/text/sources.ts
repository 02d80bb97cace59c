import type { Source } from '../../types.ts';
import { dim, indented, type Line, padded, type Span, span, wrap } from './layout.ts';
import { heading } from './words.ts';

/** Sources by number, so that a long address stands once in a report however many statements rest on it. */
export class Sources {
  readonly #notes: boolean;
  readonly #numbers = new Map<string, number>();
  readonly #sources: Source[] = [];

  /** @param notes whether to list how each was read: a note belongs to one statement, so equal addresses then stay apart */
  constructor(notes: boolean) {
    this.#notes = notes;
  }

  /** ` (2020-06-15) [3]` for the end of a statement. */
  cite(source: Source): Span {
    return dim(` (${source.published ?? `seen ${source.seen}`}) [${this.#number(source)}]`);
  }

  /** ` [3] [4]` for a statement that was seen in several places. */
  numbers(sources: readonly Source[]): Span {
    return dim(sources.map((source) => ` [${this.#number(source)}]`).join(''));
  }

  #number(source: Source): number {
    const { note, ...rest } = source;
    const listed = this.#notes ? source : rest;
    const key = JSON.stringify(Object.entries(listed).sort(([a], [b]) => (a < b ? -1 : 1)));
    let index = this.#numbers.get(key);
    if (index === undefined) {
      index = this.#sources.push(listed) - 1;
      this.#numbers.set(key, index);
    }
    return index + 1;
  }

  /** The list that the numbers point to; nothing where nothing was cited. */
  section(width: number): Line[] {
    if (this.#sources.length === 0) return [];
    const digits = String(this.#sources.length).length + 3;
    const files = new Map<string, number>();
    const lines = this.#sources.flatMap((source, i) => {
      // The digest of a file that several sources lie in stands at the first.
      const key = source.sha256 ?? '';
      const fileOf = files.get(key);
      if (key !== '' && fileOf === undefined) files.set(key, i + 1);
      const [first = [], ...rest] = sourceLines(source, fileOf, width - 2 - digits);
      return [[...padded([span(`[${i + 1}]`)], digits), ...first], ...indented(rest, digits)];
    });
    return [
      heading('SOURCES', `${this.#sources.length}${this.#notes ? '' : '; how each was read stands in the json'}`),
      ...indented(lines, 2),
    ];
  }
}

const howWords: Record<Source['how'], string> = {
  artifact: 'bytes of a published artifact',
  document: 'document of the vendor or project',
  filing: 'filing',
  statute: 'statute',
  register: 'register',
  research: 'research',
  press: 'press',
  secondary: 'copy',
};

/** What a source is called; a copy says where it lies and of what it is one. */
function kindWords({ how, url, of }: Source): string {
  if (how !== 'secondary' || url === undefined) return howWords[how];
  return `copy at ${new URL(url).hostname} of ${of ?? 'a document that is not named'}`;
}

/** @param fileOf number of the source that has the digest of the same file */
function sourceLines(source: Source, fileOf: number | undefined, width: number): Line[] {
  const published = source.published === undefined ? '' : `published ${source.published}, `;
  const lines: Line[] = wrap(
    `${kindWords(source)}, ${published}seen ${source.seen}${fileOf === undefined ? '' : `, in the file of [${fileOf}]`}`,
    width,
  );
  if (source.url !== undefined) lines.push([span(source.url, 'cyan')]);
  if (source.artifact !== undefined) {
    lines.push([span(source.offset === undefined ? source.artifact : `${source.artifact}@${source.offset}`, 'cyan')]);
  }
  if (source.sha256 !== undefined && fileOf === undefined) lines.push(...wrap(`sha256 ${source.sha256}`, width));
  if (source.note !== undefined) lines.push(...wrap(dim(source.note), width));
  return lines;
}
