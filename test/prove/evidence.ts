import type { Clue, VersionAt } from '../../src/rules/schema.ts';
import type { Shown } from './references.ts';

/** As far as a text is read from where a rule points, and a neighbour of a version looked for. */
const FAR = { text: 256, neighbour: 1200 };

/** One character for one byte, so that places in the text are places in the file. */
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const encoded = (value: string) => Buffer.from(value, 'utf8').toString('latin1');
const literal = (value: string) => encoded(value).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A name as languages spell it: `a.b.C`, `La/b/C;`, `Java_a_b_C`, `_OBJC_CLASS_$_C`, `_ZN1a1b1CE`. Never a part of a longer one. */
function name(value: string): string {
  const labels = value.replace(/^[.$/]|[.$/]$/g, '').split(/[.$/]/);
  const plain = labels.map(literal).join('(?:[./$_]|::)');
  const mangled = labels.map((label) => label.length + literal(label)).join('');
  return `(?<![A-Za-z0-9])(?:L?${plain}(?![A-Za-z0-9])|_*[A-Z$a-z]*${mangled})`;
}

function like(value: string, run: string, version = ''): string {
  const parts = value.split(/(\*+|\{version\})/);
  return parts.map((part) => (part === '{version}' ? version : part.startsWith('*') ? run : literal(part))).join('');
}

/** Digits joined by dots, so many numbers of them. */
function digits([least, most]: readonly [number, number]): string {
  return `\\d+(?:\\.\\d+){${least - 1},${most - 1}}(?![\\d.]*\\d)`;
}

function asked(clue: Clue): RegExp {
  const { kind, is, under, tail } = clue;
  if (clue.like !== undefined) return new RegExp(like(clue.like.replace(/^npm:/, ''), '[^\\0]*?', '[\\d.]+'), 's');
  const value = (is ?? under ?? tail ?? '').replace(/^npm:/, '');
  // What stands beside a name in a binary plist is no border.
  if (kind === 'script' || kind === 'string' || kind === 'bundle-id' || kind === 'key')
    return new RegExp(literal(value));
  // What is handed to `loadLibrary`.
  const loaded = kind === 'library' ? /^lib(.+)\.so$/.exec(value)?.[1] : undefined;
  if (loaded !== undefined) return new RegExp(`(?<![A-Za-z0-9])(?:lib)?${literal(loaded)}(?![A-Za-z0-9])`);
  const framework = /^(.+)\.framework$/.exec(value)?.[1];
  if (framework !== undefined) return new RegExp(`(?<![A-Za-z0-9])${literal(framework)}(?:\\.framework|/)`);
  return new RegExp(`(?<![A-Za-z0-9])${literal(value)}(?![A-Za-z0-9])|${name(value)}`);
}

/** A host or an API name, not as the beginning of a longer one: `zoom.com` does not stand in `zoom.com.cn`. */
function oneOf(names: readonly string[]): RegExp {
  // A header has types between the parts of a selector, and names the property rather than its setter.
  const spelled = names.map((one) => {
    const property = /^set([A-Z])(\w*):$/.exec(one);
    const setter = property ? `|@property[^;]*\\b${property[1]!.toLowerCase()}${property[2]}` : '';
    return `${one.split(':').map(literal).join(':[^;]*?')}${setter}`;
  });
  return new RegExp(`(?<![A-Za-z0-9-])(?:${spelled.join('|')})(?![A-Za-z0-9-]|\\.[a-z])`);
}

/** Of a version: numbers with dots, or a day. */
function shapeOf(version: Extract<VersionAt, { parts: readonly [number, number] }>): string {
  return version.from === 'like' && version.form === 'date' ? '\\d{4}-\\d\\d-\\d\\d' : digits(version.parts);
}

/** What a text that shows it contains, wherever in a file. */
function sought(shown: NonNullable<Shown>): RegExp {
  if ('clue' in shown) return asked(shown.clue);
  if ('names' in shown) return oneOf(shown.names);
  const { version } = shown;
  if (version.from === 'near') return new RegExp(literal(version.anchor));
  if (version.from === 'like') return new RegExp(like(version.like, '', shapeOf(version)));
  if (version.from === 'script') return new RegExp(like(version.like, '', digits(version.parts)));
  const key = { plist: 'key', dylib: 'name', field: 'field', method: 'method', code: 'class' }[
    version.from
  ] as keyof VersionAt;
  return new RegExp(literal(version[key]));
}

/** Whether what a rule says stands in a text that begins at a place. */
export function stands(shown: Shown, bytes: Uint8Array, at: number, path: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a text ends at one
  const [run = ''] = text(bytes.subarray(at, at + FAR.text)).split(/[\x00-\x1f\x7f]/);
  // The rule says in words what the text shows: that there is one is all that can be tried.
  if (shown === null) return /^[\x20-\x7e]{4}/.test(run);
  if ('version' in shown) return versionStands(shown.version, bytes, at, run);
  if (sought(shown).test(run)) return true;
  // Source code names a class by its last label.
  const last = 'clue' in shown && shown.clue.kind === 'class' ? /[^.$]+$/.exec(shown.clue.is ?? '')?.[0] : undefined;
  return last !== undefined && named(shown, path) && new RegExp(name(last)).test(run);
}

/** A rule points at the version, or at the text by which it is found. */
function versionStands(version: VersionAt, bytes: Uint8Array, at: number, run: string): boolean {
  if (version.from === 'plist' || version.from === 'dylib') return sought({ version }).test(run);
  const shape = shapeOf(version);
  const value = new RegExp(`^${shape}`);
  // Of a package its own manifest says which release it is, of a script its URL.
  if (version.from === 'script') return value.test(run) || sought({ version }).test(run);
  if (version.from === 'field' || version.from === 'method' || version.from === 'code')
    return value.test(run) || sought({ version }).test(run);
  const before = text(bytes.subarray(Math.max(0, at - FAR.neighbour), at));
  const here = text(bytes.subarray(at, at + FAR.neighbour));
  if (version.from === 'like') {
    const [start = '', end = ''] = version.like.split('{version}').map(encoded);
    const read = new RegExp(`^${shape}${literal(end)}`);
    // Javac leaves apart what R8 joins: the end of what stands before the version is a constant of its own.
    if (run.length >= 8 && start.endsWith(run)) return true;
    return here.startsWith(start) ? read.test(here.slice(start.length)) : before.endsWith(start) && read.test(here);
  }
  if (!value.test(run)) return run === encoded(version.anchor);
  const anchor = encoded(version.anchor);
  const between =
    version.step > 0
      ? before.slice(before.lastIndexOf(`${anchor}\0`) + anchor.length)
      : here.slice(0, Math.max(0, here.indexOf(`\0${anchor}\0`) + 1));
  // Strings end at NUL, and a run of NULs is one border.
  return between.split(/\0+/).length - 1 === Math.abs(version.step);
}

/** Whether the name of the file is the evidence. */
export function named(shown: Shown, path: string): boolean {
  if (shown === null || !('clue' in shown)) return false;
  const { kind, is, under, tail } = shown.clue;
  const steps = path.split(/[!/]/);
  const file = steps.at(-1) ?? '';
  const glob = shown.clue.like;
  if (kind === 'library') {
    if (glob !== undefined) return new RegExp(`^${like(glob, '.*')}$`).test(file);
    return is === file || (is?.endsWith('.framework') === true && steps.includes(is));
  }
  const inside = `/${path.replaceAll('!', '/')}`;
  if (kind === 'file') return new RegExp(`/${like(glob ?? is ?? under ?? tail ?? '', '.*')}(?:/|$)`).test(inside);
  if (kind !== 'class') return false;
  const folder = `/${(is ?? under ?? tail ?? '').replaceAll('.', '/')}`;
  return under !== undefined ? inside.includes(`${folder}/`) : inside.replace(/\.\w+$/, '').endsWith(folder);
}

/** Where a text that shows it stands for the first time; -1 where it does not. */
export function firstPlace(shown: NonNullable<Shown>, bytes: Uint8Array): number {
  return text(bytes).search(sought(shown));
}
