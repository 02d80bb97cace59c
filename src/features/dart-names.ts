import { passageAt } from '../formats/passage.ts';
import type { LibraryHit } from '../inventory/facts.ts';
import type { NameReader } from './name-reader.ts';

/** Names kept of one file, and places looked at: a large app has some hundred packages, and names each some hundred times. */
const MOST_NAMES = 1000;
const MOST_PLACES = 200_000;

/** Bytes of a window that are looked at again with the next: what one name may have. */
const OVERLAP = 512;

const latin1 = new TextDecoder('latin1');

/** A package of Dart, by the rules of pub.dev, where a path goes on behind it. */
const packageName = /[a-z_][a-z0-9_]{0,63}(?=\/)/y;
/** Where pub keeps what it fetched, in which builds that are debugged name their sources: the version stands in the path. */
const cached =
  /(?:pub\.dev|pub\.dartlang\.org)\/([a-z_][a-z0-9_]{0,63})-(\d{1,5}\.\d{1,5}\.\d{1,5}[A-Za-z0-9.+-]{0,32})(?=\/)/y;

/** Whether it is Dart code of a Flutter app: compiled, by the name that its loader looks for, or to be compiled there. */
export const isDartCode = (path: string): boolean =>
  /(?:\/libapp\.so|App\.framework\/App|flutter_assets\/kernel_blob\.bin)$/.test(path);

/** Content that comes by in pieces, as text in windows; a byte is a character. */
abstract class Windows implements NameReader {
  readonly #found = new Map<string, LibraryHit>();
  #rest: Uint8Array = new Uint8Array(0);
  /** Where the rest begins in the content. */
  #base = 0;
  protected places = 0;

  push(bytes: Uint8Array): void {
    const window = new Uint8Array(this.#rest.length + bytes.length);
    window.set(this.#rest);
    window.set(bytes, this.#rest.length);
    const end = this.look(window, latin1.decode(window), false);
    this.#rest = window.slice(end);
    this.#base += end;
  }

  end(): readonly LibraryHit[] {
    this.look(this.#rest, latin1.decode(this.#rest), true);
    this.#rest = new Uint8Array(0);
    return [...this.#found.values()];
  }

  get isFull(): boolean {
    return this.places > MOST_PLACES || this.#found.size >= MOST_NAMES;
  }

  /** Looks a window through. @returns how much of it need not be looked at again */
  protected abstract look(window: Uint8Array, text: string, isLast: boolean): number;

  /** The first place of each; one with a version says more than one without. */
  protected add(name: string, version: string | null, shown: Uint8Array, at: number, how: string): void {
    const known = this.#found.get(name);
    if (known ? known.version !== null || version === null : this.#found.size >= MOST_NAMES) return;
    const seen = passageAt(shown, this.#base + at, 'utf-8', how);
    this.#found.set(name, { kind: 'string', name, version, seen });
  }
}

/** The packages that compiled Dart code names: each library keeps its address, `package:agora_rtc_engine/src/…`. */
export class DartPackages extends Windows {
  protected look(window: Uint8Array, text: string, isLast: boolean): number {
    const end = isLast ? text.length : Math.max(0, text.length - OVERLAP);
    for (const [mark, form] of [
      ['package:', packageName],
      ['hosted/pub.d', cached],
    ] as const) {
      for (let at = text.indexOf(mark); at >= 0 && at < end; at = text.indexOf(mark, at + mark.length)) {
        if (++this.places > MOST_PLACES) return end;
        const from = at + (form === cached ? 'hosted/'.length : mark.length);
        form.lastIndex = from;
        const [whole, name = whole, version = null] = form.exec(text) ?? [];
        if (whole === undefined || name === undefined) continue;
        this.add(name, version, window.subarray(at, from + whole.length), at, 'Dart code');
      }
    }
    return end;
  }
}

/** Of which release of Dart an engine of Flutter is: its own Dart runtime says it, as `dart --version` does. */
export const isDartEngine = (path: string): boolean => /(?:\/libflutter\.so|Flutter\.framework\/Flutter)$/.test(path);

/** `3.5.0 (stable) (Tue Jul 30 02:17:59 2024 -0700)` (runtime/vm/version_in.cc of the Dart SDK, seen 2026-11-27). */
const CHANNEL = ' (';
const LONGEST_RELEASE = 48;
const release = /(?:^|[^\w.+-])(\d{1,3}\.\d{1,3}\.\d{1,3}(?:-[\w.-]{1,24})?)$/;
const built = / \([a-z]{1,16}\) \([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4} [+-]\d{4}\)/y;

export class DartRelease extends Windows {
  protected look(window: Uint8Array, text: string, isLast: boolean): number {
    const end = isLast ? text.length : Math.max(0, text.length - OVERLAP);
    for (let at = text.indexOf(CHANNEL); at >= 0 && at < end; at = text.indexOf(CHANNEL, at + 1)) {
      built.lastIndex = at;
      const [date] = built.exec(text) ?? [];
      if (date === undefined) continue;
      const [, version] = release.exec(text.slice(Math.max(0, at - LONGEST_RELEASE), at)) ?? [];
      if (version === undefined || ++this.places > MOST_PLACES) continue;
      const start = at - version.length;
      this.add('Dart', version, window.subarray(start, at + date.length), start, 'version of the Dart runtime');
    }
    return Math.max(0, end - LONGEST_RELEASE);
  }
}

/** What parts the notices of one licence from those of the next (flutter_tools, license_collector.dart). */
const RULE = `\n${'-'.repeat(80)}\n`;
const noticed = /^[A-Za-z0-9_][\w.+-]{0,63}$/;

/**
 * The packages that Flutter's list of notices names, those of the engine among them: above each licence stand the names of
 * what it is of, one a line, and an empty line. The list says what the build had.
 */
export class DartNotices extends Windows {
  /** Whether names come next. */
  #isHead = true;

  protected look(window: Uint8Array, text: string, isLast: boolean): number {
    let at = 0;
    for (;;) {
      if (!this.#isHead) {
        const rule = text.indexOf(RULE, at);
        if (rule < 0) return isLast ? text.length : Math.max(at, text.length - RULE.length);
        at = rule + RULE.length;
        this.#isHead = true;
      }
      const line = text.indexOf('\n', at);
      // A name has 64 characters at most: what is longer is no list of them.
      if (line < 0 && !isLast && text.length - at < OVERLAP) return at;
      const end = line < 0 ? text.length : line;
      const name = text.slice(at, end);
      if (noticed.test(name) && ++this.places <= MOST_PLACES) {
        this.add(name, null, window.subarray(at, end), at, 'notices of a Flutter app');
      } else this.#isHead = false;
      if (line < 0) return end;
      // The line break belongs to the rule that may follow an empty head.
      at = this.#isHead ? line + 1 : at;
    }
  }
}

export const isNotices = (path: string): boolean => /(?:^|\/)flutter_assets\/NOTICES(?:\.Z!)?$/.test(path);
