import { passageAt } from '../formats/passage.ts';
import type { EntryFeatures, Grade } from '../inventory/facts.ts';
import type {
  About,
  CodedName,
  ConstantName,
  EntryTaker,
  HitKind,
  Layout,
  Taken,
  Taker,
  UseOf,
} from '../inventory/taker.ts';
import type { Rules } from '../rules/schema.ts';
import type { FeatureKind, Passage } from '../types.ts';
import { type Asked, askedBy } from './asked.ts';
import { Base64Text } from './base64-text.ts';
import type { Blocks } from './blocks.ts';
import { ByteScanner } from './byte-scanner.ts';
import type { Matcher } from './compile.ts';
import { DexStrings } from './dex-strings.ts';
import { Finds } from './finds.ts';
import { Folded } from './folded.ts';
import type { NameMatcher } from './name-matcher.ts';
import { PackedStarts } from './packed-starts.ts';
import { placedAbout, placedFinds } from './placed.ts';
import { SpelledText } from './spelled-text.ts';
import { collectText } from './text.ts';
import { codedVersion, isFieldVersion, isPlistVersion, scriptVersion } from './version-shape.ts';
import { WideText } from './wide-text.ts';

/** Takes facts and keeps those that rules ask for: one for each reading. */
export function matching(rules: Rules): Taker {
  return new MatchingTaker(askedBy(rules));
}

class MatchingTaker implements Taker {
  readonly matcher: Matcher;
  readonly #asked: Asked;
  #scanner: ByteScanner | null = null;

  constructor(asked: Asked) {
    this.#asked = asked;
    this.matcher = asked.matcher;
  }

  get types() {
    return this.#asked.types;
  }

  get strings() {
    return this.#asked.strings;
  }

  get symbols() {
    return this.#asked.symbols;
  }

  get constants() {
    return this.#asked.constants;
  }

  get code() {
    return this.#asked.code;
  }

  get members() {
    return this.#asked.members;
  }

  get calls() {
    return this.#asked.calls;
  }

  get selectors() {
    return this.#asked.selectors;
  }

  get libraries() {
    return this.#asked.libraries;
  }

  /** All entries of a reading share one, with its buffers. */
  get scanner(): ByteScanner {
    this.#scanner ??= new ByteScanner(this.matcher.bytes);
    return this.#scanner;
  }

  /** Text in UTF-16, and what base64 decodes to. */
  readonly wide = this.#folded('spelled in UTF-16', (folded) => new WideText(folded));
  readonly packed = new PackedStarts();
  readonly base64 = this.#folded('decoded from base64', (folded) => new Base64Text(folded));

  readonly spelled = this.#folded('spelled by numbers', (folded) => new SpelledText(folded));

  #folded<B extends Blocks>(how: string, blocksOf: (folded: Folded) => B) {
    const folded = new Folded(() => this.matcher.bytes, how);
    return { folded, blocks: blocksOf(folded) };
  }

  wantsKey(key: string): boolean {
    let met = this.#asked.plistKeys.has(key);
    this.matcher.names('key').match(key, () => {
      met = true;
    });
    return met;
  }

  entry(_path: string, about: About): EntryTaker {
    return new MatchingEntry(this, about);
  }
}

/** One for all: each of its own has a buffer outside of the heap. */
const nothing = new Uint8Array(0);

class MatchingEntry implements EntryTaker {
  readonly #taker: MatchingTaker;
  readonly #matcher: Matcher;
  readonly #about: About;
  readonly #finds: Finds;
  #dexStrings: DexStrings | null = null;
  #classes: NameMatcher | null = null;
  // What is being looked at, for callbacks that are made once: a table has tens of thousands of names and few hits.
  #grade: Grade = 'defined';
  #offset: number | null = null;
  #seen: () => Passage = () =>
    passageAt(this.#bytes.subarray(this.#start, this.#end), this.#offset!, 'mutf-8', 'DEX type');
  #bytes: Uint8Array = nothing;
  #start = 0;
  #end = 0;
  readonly #hit = (index: number) => {
    if (!this.#about.looks('name')) return;
    const clue = this.#matcher.clues[index]!.id;
    this.#finds.hit(clue, this.#grade, this.#offset, this.#seen);
  };
  readonly #seenType = this.#seen;

  constructor(taker: MatchingTaker, about: About) {
    this.#taker = taker;
    this.#matcher = taker.matcher;
    this.#about = about;
    this.#finds = new Finds(about);
  }

  name(kind: FeatureKind, name: string, grade: Grade, offset: number | null, seen: () => Passage): void {
    this.#grade = grade;
    this.#offset = offset;
    this.#seen = seen;
    this.#matcher.names(kind).match(name, this.#hit);
    if (kind === 'script') this.#scriptVersions(name, seen);
    else if (kind === 'class' && grade === 'referenced') {
      for (const guarded of this.#matcher.guarded.ofClass(name)) this.#finds.use({ guarded, name, by: null }, seen);
    }
  }

  #scriptVersions(name: string, seen: () => Passage): void {
    for (const { sdk, at } of this.#matcher.versions) {
      if (at.from !== 'script') continue;
      const version = scriptVersion(name, at);
      if (version !== null && this.#about.looks('version')) this.#finds.version(sdk, version, seen());
    }
  }

  type(bytes: Uint8Array, start: number, end: number, grade: Grade, base: number): void {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#grade = grade;
    this.#offset = base + start;
    this.#seen = this.#seenType;
    // A descriptor is `Lio/agora/rtc/RtcEngine;`.
    this.#classes ??= this.#matcher.names('class');
    this.#classes.matchBytes(bytes, start + 1, end - 1, this.#hit);
  }

  string(bytes: Uint8Array, start: number, end: number, base: number, how = 'DEX string'): void {
    this.#dexStrings ??= new DexStrings(this.#matcher, this.#finds, this.#about);
    this.#dexStrings.match(bytes, start, end, base, how);
  }

  symbol(bytes: Uint8Array, start: number, end: number, grade: Grade, offset: number, seen: () => Passage): void {
    this.#grade = grade;
    this.#offset = offset;
    this.#seen = seen;
    this.#matcher.names('symbol').matchBytes(bytes, start, end, this.#hit);
    if (grade !== 'referenced') return;
    this.#matcher.guarded.visitSymbol(bytes, start, end, (guarded, name) =>
      this.#finds.use({ guarded, name, by: null }, seen),
    );
  }

  begin(isPooled: boolean, layout?: Layout): void {
    const { scanner, wide, base64, packed, spelled } = this.#taker;
    const about = layout ? placedAbout(this.#about, layout) : this.#about;
    const finds = layout ? placedFinds(this.#finds, layout) : this.#finds;
    const inside = (folded: Folded, embedded: About['embedded']) => {
      const within = { embedded, looks: (kind: HitKind) => about.looks(kind) };
      folded.begin(() => collectText(this.#matcher, folded.placed(finds), within));
    };
    inside(wide.folded, () => {});
    inside(spelled.folded, () => {});
    inside(base64.folded, (kind, offset, head) => about.embedded(kind, base64.folded.originOf(offset), head, 'base64'));
    wide.blocks.isPooled = isPooled;
    const others: Blocks[] = [wide.blocks, base64.blocks.for(about), packed.for(about)];
    if (!about.isNative) others.push(spelled.blocks);
    scanner.begin(collectText(this.#matcher, finds, about), others);
  }

  bytes(chunk: Uint8Array): void {
    this.#taker.scanner.push(chunk);
  }

  end(): number {
    const { scanner, wide, base64, spelled } = this.#taker;
    scanner.end();
    return scanner.uncompared + wide.folded.end() + base64.folded.end() + spelled.folded.end();
  }

  constant(name: ConstantName, value: string, seen: () => Passage): void {
    for (const { sdk, at } of this.#matcher.versions) {
      if (at.from !== 'field' || at.class !== name.class || at.field !== name.field) continue;
      if (isFieldVersion(value, at)) this.#finds.version(sdk, value, seen());
    }
  }

  coded(name: CodedName, value: string, seen: (part: string, from: number) => Passage): void {
    for (const { sdk, at } of this.#matcher.versions) {
      if (at.from !== 'method' && at.from !== 'code') continue;
      const isAsked = at.from === 'method' ? name.as === 'returned' : name.as === 'loaded';
      if (!isAsked || at.class !== name.class || (at.method ?? name.method) !== name.method) continue;
      const found = codedVersion(value, at);
      if (found !== null && this.#about.looks('version')) {
        this.#finds.version(sdk, found.version, seen(found.version, found.from));
      }
    }
  }

  use(what: UseOf, seen: () => Passage): void {
    this.#matcher.guarded.visit(what, (guarded, name) => this.#finds.use({ guarded, name, by: what.by }, seen));
  }

  dylib(name: string, version: string, seen: () => Passage): void {
    for (const { sdk, at } of this.#matcher.versions) {
      if (at.from === 'dylib' && at.name === name) this.#finds.version(sdk, version, seen());
    }
  }

  value(folder: { name: string; bundleId: string | null }, key: string, value: string, seen: () => Passage): void {
    for (const { sdk, at } of this.#matcher.versions) {
      if (at.from !== 'plist' || at.key !== key) continue;
      const isIts =
        at.bundleId === undefined ? folder.name === `${at.framework}.framework` : folder.bundleId === at.bundleId;
      if (isIts && isPlistVersion(value, at)) this.#finds.version(sdk, value, seen());
    }
  }

  namesOnly(): void {
    this.#finds.namesOnly();
  }

  get isNamed(): boolean {
    return this.#finds.met((clue) => this.#taker.libraries.has(clue));
  }

  get hasPlaces(): boolean {
    return this.#finds.hasPlaces;
  }

  finish(rest: Omit<EntryFeatures, keyof Taken>): EntryFeatures {
    // Into the object that was made for it: copies of two for each of 100,000 entries show in the time of a scan.
    return Object.assign(rest, this.#finds.finish());
  }
}
