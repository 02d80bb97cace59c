import { decodedText, passageAt } from '../formats/passage.ts';
import type { LibraryHit } from '../inventory/facts.ts';
import { InlineMap } from './inline-map.ts';

/** Bytes of a window that are looked at again with the next: what one name or banner may have. */
const OVERLAP = 512;

/** Bytes before a place that are looked at with it: the name that stands before a version. */
const BEFORE = 256;

/** Names kept of one script, and places looked at: a large app has some hundred packages, named some thousand times. */
const MOST_NAMES = 1000;
const MOST_PLACES = 20_000;

/** Characters of a comment's first line that are looked at. */
const LINE = 160;

const MODULES = 'node_modules/';
const scripts = /\.(?:[cm]?js|jsx|jsbundle|bundle|map)$|\.LICENSE\.txt$/;

/** The name of a package (npm's rules: lower case in all that are new), where a path goes on behind it. */
const packageName = /(?:@[\w-][\w.-]{0,63}\/)?[A-Za-z0-9_][\w.-]{0,127}(?=\/)/y;
/** pnpm's store has the version in the path: `.pnpm/react@18.2.0/`, `.pnpm/@scope+name@1.0.0`. */
const stored = /\.pnpm\/(@?[\w.+-]{1,128})@(\d{1,5}\.\d{1,5}\.\d{1,5}[A-Za-z0-9.-]{0,32})/y;
const version = /(?:^|[\s@(,:-])v?(?:ersion )?(\d{1,5}\.\d{1,5}(?:\.\d{1,5})?(?:-[\w.]{1,32})?)(?!\.?\w)/;
const licence = /^([A-Za-z][\w.-]{1,63})\. (?:MIT|BSD|ISC|Apache|MPL)/;
/** Of a package.json that was bundled: what stands before its version, and what follows, as npm orders the keys. */
const namedSo = /name"?:\s?"((?:@[\w-][\w.-]{0,63}\/)?[a-z0-9_][\w.-]{0,127})",\s?"?/y;
const versioned =
  /version"?:\s?"(\d{1,9}\.\d{1,9}\.\d{1,9}[\w.+-]{0,32})",\s?"?(?:author|bugs|dependencies|description|engines|exports|files|homepage|keywords|license|main|module|private|publishConfig|repository|scripts|sideEffects|title|type|types)"?:/y;
const calledSo = /^[@A-Za-z][\w@/. -]{0,63}$/;

const latin1 = new TextDecoder('latin1');

/** Whether a path is that of a script, of a map of its sources, or of the licences that a bundler took out of one. */
export function isScript(path: string): boolean {
  return scripts.test(path);
}

/**
 * The packages that a bundled script names: paths of modules that bundlers leave (`node_modules/x/`), also in a map of its
 * sources, the first line of a comment that is to stay (`/*! name v1.2.3`, `@license`), and package.json files that were
 * bundled. A name says that the build had the package; what of it is aboard, and whether it was changed, it does not say.
 */
export class ScriptNames {
  readonly #found = new Map<string, LibraryHit>();
  #rest: Uint8Array = new Uint8Array(0);
  /** Where the rest begins in the script, and where in the rest it goes on with looking. */
  #base = 0;
  #next = 0;
  /** Of the map that stands in the script itself; a map has none. */
  #map: InlineMap | null = null;
  readonly #hasMap: boolean;
  #places = 0;

  /** @param hasMap whether a map of sources in it is looked through as well */
  constructor(hasMap = true) {
    this.#hasMap = hasMap;
  }

  push(bytes: Uint8Array): void {
    this.#map?.push(bytes);
    const window = this.#rest.length === 0 ? bytes : joined(this.#rest, bytes);
    const end = Math.max(0, window.length - OVERLAP);
    this.#look(window, end);
    const kept = Math.max(0, end - BEFORE);
    this.#rest = window.slice(kept);
    this.#base += kept;
    this.#next = end - kept;
  }

  end(): readonly LibraryHit[] {
    this.#look(this.#rest, this.#rest.length);
    this.#rest = new Uint8Array(0);
    for (const { name, version, seen } of this.#map?.end() ?? []) {
      this.#take({ kind: 'string', name, version, seen: decodedText(seen.text, 'map of sources in base64') });
    }
    return [...this.#found.values()];
  }

  /** Whether there was more than is kept. */
  get isFull(): boolean {
    return this.#places > MOST_PLACES || this.#found.size >= MOST_NAMES || this.#map?.isFull === true;
  }

  /** What begins before `end`. */
  #look(window: Uint8Array, end: number): void {
    const text = latin1.decode(window);
    const each = (mark: string, take: (at: number) => void) => {
      for (let at = text.indexOf(mark, this.#next); at >= 0 && at < end; at = text.indexOf(mark, at + mark.length)) {
        if (++this.#places > MOST_PLACES) return;
        take(at);
      }
    };
    each(MODULES, (at) => this.#module(window, text, at));
    each('/*!', (at) => this.#comment(window, text, at + 3, true));
    each('/**', (at) => this.#comment(window, text, at + 3, false));
    each('version:"', (at) => this.#package(window, text, at));
    each('version":', (at) => this.#package(window, text, at));
    if (this.#hasMap) each('sourceMappingURL=data:', (at) => this.#inlineMap(window, text, at));
  }

  #module(window: Uint8Array, text: string, at: number): void {
    const from = at + MODULES.length;
    stored.lastIndex = from;
    packageName.lastIndex = from;
    const [path, called, said] = stored.exec(text) ?? [];
    if (path !== undefined && called !== undefined) {
      this.#add(called.replace('+', '/'), said ?? null, window.subarray(at, from + path.length), at);
      return;
    }
    const [name] = packageName.exec(text) ?? [];
    if (name !== undefined) this.#add(name, null, window.subarray(at, from + name.length), at);
  }

  /** @param stays whether it is marked to stay; another comment names a package only where that is all it says */
  #comment(window: Uint8Array, text: string, from: number, stays: boolean): void {
    let start = from;
    while (start - from < 32 && ' *!\r\n\t'.includes(text[start] ?? '-')) start++;
    let end = start;
    while (end - start < LINE && end < text.length && text[end]! >= ' ' && !text.startsWith('*/', end)) end++;
    const line = text.slice(start, end).trimEnd();
    const marked = /^@(?:license|preserve|overview)\s+/.exec(line)?.[0].length ?? 0;
    const said = line.slice(marked);
    const found = version.exec(said);
    const own = found ? said.slice(0, found.index).replace(/[\s@(,:-]{1,8}$/, '') : licence.exec(said)?.[1];
    if (own === undefined || !calledSo.test(own)) return;
    const isAll = found !== null && found.index + found[0].length === said.length;
    // `Indicates protocol version 1.0` is a sentence.
    if (!stays && marked === 0 && (!isAll || said.includes('version'))) return;
    this.#add(own, found?.[1] ?? null, window.subarray(start, start + line.length), start);
  }

  /** @param at of the version in what may be a package.json */
  #package(window: Uint8Array, text: string, at: number): void {
    const from = text.lastIndexOf('name', at);
    if (from < 0 || at - from > BEFORE) return;
    namedSo.lastIndex = from;
    versioned.lastIndex = at;
    const [before, name] = namedSo.exec(text) ?? [];
    const [, said] = versioned.exec(text) ?? [];
    if (before === undefined || from + before.length !== at || name === undefined || said === undefined) return;
    this.#add(name, said, window.subarray(from, text.indexOf('",', at) + 1), from);
  }

  #inlineMap(window: Uint8Array, text: string, at: number): void {
    const from = text.indexOf(';base64,', at);
    if (from < 0 || from - at > LINE || this.#map) return;
    this.#map = new InlineMap(new ScriptNames(false));
    this.#map.push(window.subarray(from + ';base64,'.length));
  }

  #add(name: string, version: string | null, shown: Uint8Array, at: number): void {
    this.#take({ kind: 'string', name, version, seen: passageAt(shown, this.#base + at, 'utf-8', 'script') });
  }

  #take(hit: LibraryHit): void {
    const known = this.#found.get(hit.name);
    if (known ? known.version !== null || hit.version === null : this.#found.size >= MOST_NAMES) return;
    this.#found.set(hit.name, hit);
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
