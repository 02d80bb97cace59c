import { cut, seen } from '../seen.ts';

/**
 * Text of an app in GitHub Flavored Markdown. A name, path or address stands as code, where nothing is markup, link, HTML
 * or mention; of a sentence each word that is more than letters and numbers does. Backslashes are not trusted: whoever
 * makes links and mentions of text does so behind the parser.
 */

/** Of one name or path: no screen shows more. */
const LONGEST = 300;

/** A code span (GFM 6.3). A bar would end the cell of a table, escaped or not: it is written out. */
export function code(text: string, most = LONGEST): string {
  const clean = cut(seen(text), most).replaceAll('|', '\\u007c').trim();
  if (clean === '') return '(empty)';
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  // A backtick at either end would join the fence.
  const pad = clean.startsWith('`') || clean.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${clean}${pad}${fence}`;
}

/** Letters and numbers, with what stands inside a word. */
const plain = /^[\p{L}\p{M}\p{N}]+(?:[.,/'’-][\p{L}\p{M}\p{N}]+)*%?$/u;
/** What some renderer makes a link of although it is plain: a host by its first label, an issue, a commit. */
const linked = /^www\.|^gh-\d|^(?=.*\d)[0-9a-f]{7,40}$/i;

/** Punctuation around a word, which is no markup. */
const opening = '("\'“‘';
const closing = '.,;:?!)"\'”’…';

function word(token: string): string {
  let from = 0;
  let to = token.length;
  while (from < to && opening.includes(token[from] as string)) from++;
  while (to > from && closing.includes(token[to - 1] as string)) to--;
  const core = token.slice(from, to);
  const isWord = core === '' || core === '-' || (plain.test(core) && !linked.test(core));
  return `${token.slice(0, from)}${isWord ? core : code(core)}${token.slice(to)}`;
}

/** A sentence of ours that may hold names of the app's. Never the first thing on a line: a number or dash would be a list. */
export function prose(text: string, most = 4000): string {
  return cut(seen(text), most)
    .split(/\s+/u)
    .filter((token) => token !== '')
    .map(word)
    .join(' ');
}

/** A line of code that a rule gives, as a word of its own: inert too where an app writes backticks. */
const quoted = /(?<=^|\s)(`[^`]+`)(?=[\s.,;:)]|$)/u;

/** As `prose`, of what to do: a line of code between backticks stands as one. */
export function advice(text: string, most = 4000): string {
  const pieces = cut(seen(text), most).split(quoted);
  return pieces
    .map((piece, i) => (i % 2 === 1 ? code(piece.slice(1, -1), most) : prose(piece, most)))
    .reduce((before, next) => `${before}${before === '' || /^(?:[.,;:)]|$)/.test(next) ? '' : ' '}${next}`, '');
}
