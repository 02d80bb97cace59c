import type { Working } from '../../allowance.ts';
import { attempt } from '../../coverage.ts';
import { base64End, isName, LEAST_OF_CODE } from '../../formats/base64.ts';
import { decodeMutf8 } from '../../formats/dex/index.ts';
import {
  type ClassConstant,
  ClassFile,
  type ClassString,
  classGaps,
  dottedClass,
  isJavaClass,
  takeStrings,
  visitParts,
  visitTexts,
  visitTypes,
} from '../../formats/java-class/index.ts';
import type { ByteRange } from '../../formats/parsing.ts';
import { meaning, passageAt, passageOfName } from '../../formats/passage.ts';
import type { Taker } from '../../inventory/taker.ts';
import { handOverReferences } from '../class-references.ts';
import type { Collector } from '../collector.ts';
import { urlsBehind } from '../dex-urls.ts';
import { PACKAGE_DEPTH } from '../dex-uses.ts';
import { isMarked } from '../native-names.ts';
import type { ContentKind } from './kind.ts';

/** A class file: what a JAR holds, and becomes a DEX when an app is built. */
export const javaClass: ContentKind = {
  is: isJavaClass,
  platform: 'android',
  isCode: true,
  isNative: false,
  // Its constant pool holds all of its text.
  isSearched: false,
  read: 'constant pool, fields and methods',
  how: 'whole',
  wants: () => true,
  extract: readClass,
  gaps: gapsOf,
};

const STRING = 'string of a Java class';

const SLASH = 0x2f;

/** Characters of a string that may be base64 of code. */
const SHORTEST_BASE64 = 64;

/** Reads one class file, which must be whole. Where its structure breaks off, every byte is searched for text instead. */
function* readClass(bytes: Uint8Array, taker: Taker, into: Collector): Working<void> {
  into.arch = 'jvm';
  yield* attempt(
    function* () {
      yield* handOver(new ClassFile(bytes), taker, into);
    },
    (problem) => {
      into.problems([problem]);
      into.facts.begin(false);
      into.facts.bytes(bytes);
      into.facts.end();
    },
  );
}

/** Of a file that breaks off, all was searched. */
function gapsOf(bytes: Uint8Array): readonly ByteRange[] {
  return (
    attempt(
      () => classGaps(new ClassFile(bytes)),
      () => {},
    ) ?? []
  );
}

function* handOver(file: ClassFile, taker: Taker, into: Collector): Working<void> {
  const [start, end] = file.nameRange;
  const name = dottedClass(decodeMutf8(file.bytes, start, end));
  const labels = name.split('.').slice(0, -1).slice(0, PACKAGE_DEPTH).join('.');
  into.packages = new Map([[labels, 1]]);
  yield* handOverTypes(file, start, taker, into);
  yield* handOverTexts(file, taker, into);
  yield* handOverMembers(file, wantsOf(name, taker), into);
  yield* handOverReferences(file, { name, package: labels }, taker, into);
}

/** A string is made of a name only where its beginning or end is marked. */
function* handOverTypes(file: ClassFile, own: number, { types }: Taker, { facts }: Collector): Working<void> {
  const { bytes } = file;
  yield* visitTypes(file, (start, end) => {
    if (end - start < 2 || !isMarked(types, bytes, start, end)) return;
    const place = passageAt(bytes.subarray(start, end), start, 'mutf-8', 'class that a Java class names');
    const dotted = dottedClass(decodeMutf8(bytes, start, end));
    facts.name('class', dotted, start === own ? 'defined' : 'referenced', start, () => meaning(place, dotted));
  });
}

function* handOverTexts(file: ClassFile, { strings }: Taker, into: Collector): Working<void> {
  const { bytes } = file;
  const { referable, facts } = into;
  const take = (from: number, to: number) => facts.string(bytes, from, to, 0, STRING);
  yield* visitTexts(file, (start, end) => {
    if (end - start < 2) return;
    referable?.look(bytes, start, end, into.refersTo);
    if (isMarked(strings, bytes, start, end)) take(start, end);
    urlsBehind(bytes, start, end, take);
    if (end - start < SHORTEST_BASE64 || base64End(bytes, start, end) < end || isName(bytes, start, end)) return;
    // The name of a class is of the same letters, and short.
    if (end - start < LEAST_OF_CODE && bytes.subarray(start, end).includes(SLASH)) return;
    into.beginsAsText(start, bytes.subarray(start, end));
  });
}

/** By the name of a method: whether somebody wants the strings of its code. */
function wantsOf(name: string, { code }: Taker): (method: string) => boolean {
  if (code === 'every') return () => true;
  const own = code.filter((wanted) => wanted.class === name);
  return (method) => own.some((wanted) => wanted.method === null || wanted.method === method);
}

function* handOverMembers(file: ClassFile, wants: (method: string) => boolean, into: Collector): Working<void> {
  const { facts } = into;
  const constant = (found: ClassConstant) =>
    facts.constant(found, found.value, () => passageOfName(found.value, found.offset, 'constant of a Java class'));
  const string = (found: ClassString) => {
    const how = `string that code of a Java class ${found.as === 'loaded' ? 'loads' : 'returns'}`;
    facts.coded(found, found.value, (part, from) => passageOfName(part, found.offset + from, how));
  };
  yield* visitParts(file, { attribute: (attribute) => takeStrings(file, attribute, wants, { constant, string }) });
}
