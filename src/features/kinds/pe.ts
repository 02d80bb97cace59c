import type { Working } from '../../allowance.ts';
import { attempt } from '../../coverage.ts';
import {
  type CliAssembly,
  hasCliHeader,
  isPe,
  type NameAt,
  openAssembly,
  saidVersion,
  type TypeName,
} from '../../formats/cli/index.ts';
import { meaning, passageOfName } from '../../formats/passage.ts';
import type { Grade } from '../../inventory/facts.ts';
import type { Taker } from '../../inventory/taker.ts';
import type { Collector } from '../collector.ts';
import type { ContentKind } from './kind.ts';

/** Rows that are passed over in the time of a step, and those that are looked at in one go. */
const ROWS_PER_STEP = 16;
const ROWS = 16 * 1024;
/** Assemblies and native libraries that one assembly may refer to: those of large apps have a hundred. */
const MOST_REFERENCES = 1000;

/** A PE image with a CLI header: an assembly of .NET. */
export const pe: ContentKind = {
  is: (head) => isPe(head) && hasCliHeader(head),
  platform: null,
  isCode: true,
  isNative: true,
  isSearched: true,
  atStandard: 'strings of a .NET assembly that no rule names were not read at depth standard',
  read: 'assembly name, references and types, and every byte for strings',
  how: 'whole',
  wants: () => true,
  extract: readAssembly,
};

/** A program or library of Windows: where a phone loads code it is none. */
export const windows: ContentKind = {
  is: isPe,
  platform: null,
  isCode: false,
  isNative: true,
  isSearched: true,
  atStandard: 'strings of a library of Windows that no rule names were not read at depth standard',
  read: 'every byte, for strings: it is code of Windows, which is not read and which no phone runs by itself',
  how: 'searched',
};

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

function* readAssembly(bytes: Uint8Array, _taker: Taker, into: Collector): Working<void> {
  const assembly = yield* attempt(
    function* () {
      const opened = openAssembly(bytes);
      if (opened !== null) yield* handOver(opened, into);
      return opened;
    },
    ({ reason, offset, message }) => into.cover({ state: 'partial', reason, offset, detail: message }),
  );
  if (assembly?.isOverdrawn) {
    const detail = 'its names overlap far more than compilers let them: the rest of them was not read';
    into.cover({ state: 'partial', reason: 'malformed', detail });
  }
}

function* handOver(assembly: CliAssembly, into: Collector): Working<void> {
  const { facts } = into;
  const text = ({ start, end }: NameAt) => utf8.decode(assembly.bytes.subarray(start, end));
  const library = (name: string, value: string, { start }: NameAt, grade: Grade, how: string) =>
    facts.name('library', name, grade, start, () => meaning(passageOfName(value, start, how), name));
  const { name } = assembly;
  if (name !== null) {
    const called = text(name);
    into.native = { kind: 'library', name: `${called}.dll`, main: false };
    library(`${called}.dll`, called, name, 'defined', '.NET assembly');
    const seen = meaning(passageOfName(called, name.start, '.NET assembly'), `${called} ${name.version}`);
    into.libraries = [{ kind: 'string', name: called, version: saidVersion(name.version), seen }];
  }
  const loads: string[] = [];
  for (const reference of first(assembly.references, into)) {
    const called = text(reference);
    loads.push(`${called}.dll`);
    library(`${called}.dll`, called, reference, 'referenced', '.NET assembly reference');
  }
  for (const native of first(assembly.nativeLibraries, into)) {
    const called = text(native);
    // The runtimes try the name as it stands, and as the system would spell a library's.
    for (const spelled of called.includes('.') ? [called] : [called, `lib${called}.so`]) {
      loads.push(spelled);
      library(spelled, called, native, 'referenced', 'library that a .NET method is imported from');
    }
  }
  into.loads = loads;
  yield* handOverTypes(assembly, into);
}

/** As many as are listed; says so where there are more. */
function* first<T>(all: Iterable<T>, into: Collector): Generator<T> {
  let count = 0;
  for (const each of all) {
    if (++count > MOST_REFERENCES) {
      const detail = `an assembly that refers to more than ${MOST_REFERENCES} others: the rest was not compared`;
      into.cover({ state: 'partial', reason: 'budget', detail });
      return;
    }
    yield each;
  }
}

/** Types as rules name classes: with their namespace, and those that stand for a class of Java or Objective-C by its name. */
function* handOverTypes({ bytes, types, typeReferences, registered }: CliAssembly, into: Collector): Working<void> {
  const { facts, wants } = into;
  const { heads, tails } = wants.types;
  const isMarked = (first: NameAt, last: NameAt) =>
    heads[bytes[first.start]! * 256 + bytes[first.start + 1]!] === 1 ||
    tails[bytes[last.end - 2]! * 256 + bytes[last.end - 1]!] === 1;
  let rows = 0;
  let leftOut = 0;
  /** Whether one more name that a rule may ask for is compared: all of a forged file may be such, and as long as names get. */
  const mayLook = () => {
    const may = into.spend(1);
    if (!may) leftOut++;
    return may;
  };
  const take = ({ namespace, name }: TypeName, grade: Grade, how: string) => {
    const isBare = namespace.end === namespace.start;
    if (name.end === name.start || !isMarked(isBare ? name : namespace, name) || !mayLook()) return;
    const own = utf8.decode(bytes.subarray(name.start, name.end));
    const full = isBare ? own : `${utf8.decode(bytes.subarray(namespace.start, namespace.end))}.${own}`;
    facts.name('class', full, grade, name.start, () => meaning(passageOfName(own, name.start, how), full));
  };
  for (const type of types) {
    take(type, 'defined', '.NET type');
    if (++rows % ROWS === 0) yield ROWS / ROWS_PER_STEP;
  }
  for (const type of typeReferences) {
    take(type, 'referenced', '.NET type reference');
    if (++rows % ROWS === 0) yield ROWS / ROWS_PER_STEP;
  }
  for (const at of registered) {
    if (++rows % ROWS === 0) yield ROWS / ROWS_PER_STEP;
    if (!isMarked(at, at) || !mayLook()) continue;
    const own = utf8.decode(bytes.subarray(at.start, at.end));
    const full = own.replaceAll('/', '.');
    facts.name('class', full, 'referenced', at.start, () =>
      meaning(passageOfName(own, at.start, 'class that a .NET type stands for'), full),
    );
  }
  yield (rows % ROWS) / ROWS_PER_STEP;
  if (leftOut === 0) return;
  const detail = `${leftOut} names of types were not compared: there are more than its size allows for`;
  into.cover({ state: 'partial', reason: 'budget', detail });
}
