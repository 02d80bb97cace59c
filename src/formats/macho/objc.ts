import { attempt } from '../../coverage.ts';
import type { Parsing } from '../parsing.ts';
import type { Problems } from '../problems.ts';
import { Addresses, addressesIn } from './addresses.ts';
import { Faults, type NameAllowance } from './bytes.ts';
import type { Image } from './image.ts';
import { NameList } from './name-list.ts';
import type { ReadPiece } from './pieces.ts';
import type { ReadPointer } from './pointers.ts';

export const CLASS_PREFIX = '_OBJC_CLASS_$_';
const PREFIX_BYTES = Uint8Array.from(CLASS_PREFIX, (char) => char.charCodeAt(0));

/** Whether the name at `start` begins with `_OBJC_CLASS_$_`. */
export function isClassSymbol(bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < PREFIX_BYTES.length; i++) if (bytes[start + i] !== PREFIX_BYTES[i]) return false;
  return true;
}

/** What the lists of one file name. */
export interface ObjcNames {
  /** Classes that it defines. Categories name classes of any file, and are none. */
  readonly classes: NameList;
  /** Protocols. Whoever conforms to one carries a copy of it, so that it is no sign of who defines it. */
  readonly protocols: NameList;
  /** Selectors that the code refers to; of methods that it only defines there are none. */
  readonly selectors: NameList;
  /** Types of the instance variables of its classes, as the compiler writes them: `@"AgoraRtcEngineKit"`, `B`. */
  readonly variables: NameList;
}

/**
 * Instance variables that are followed: the largest apps have some hundred thousand. Lists may overlap, and be read as
 * often as classes lead to them; what comes after is not said, for a type is a sign beside others and hides nothing.
 */
const MOST_VARIABLES = 1 << 19;

export function noObjcNames(): ObjcNames {
  return { classes: new NameList(), protocols: new NameList(), selectors: new NameList(), variables: new NameList() };
}

interface ObjcTables {
  readonly pieces: readonly ReadPiece[];
  readonly image: Image;
  /** Bytes of a pointer. */
  readonly size: 4 | 8;
  readonly little: boolean;
  readonly pointer: ReadPointer;
  readonly names: NameAllowance;
  readonly problems: Problems;
}

/**
 * Reads the names of classes, protocols and selectors, and the types of instance variables, as the runtime does: it takes the sections `__objc_classlist`,
 * `__objc_protolist` and `__objc_selrefs` by their names, whatever segment they lie in, and follows the pointers in them
 * (objc4: objc-file.mm, `GETSECT`; objc-runtime-new.h, `class_t`, `class_ro_t`, `ivar_list_t`, `protocol_t`). So a list under another name loads
 * nothing, and a name that no list leads to is no class.
 */
export function* readObjc({ pieces, image, size, little, pointer, names, problems }: ObjcTables): Parsing<ObjcNames> {
  const found = noObjcNames();
  const lists = (kind: ReadPiece['kind']) => pieces.filter((piece) => piece.kind === kind);
  const classes = lists('classes');
  const protocols = lists('protocols');
  const faults = new Faults('a class of an Objective-C class list cannot be followed to its name');
  const [first] = classes;
  const fault = (offset: number) => faults.add(offset || (first?.offset ?? 0));
  yield* attempt(
    function* () {
      // isa, superclass, cache, vtable, data; the lowest bits of `data` are flags.
      const data = new Addresses();
      const readClass = (view: DataView, at: number) => {
        const address = pointer(view, at + 4 * size);
        data.add(address - (address % size));
      };
      yield* image.structures(addressesIn(classes, size, pointer), 5 * size, readClass, fault);
      // flags, instanceStart, instanceSize (and reserved), ivarLayout, name
      const nameAt = size === 8 ? 24 : 16;
      const name = new Addresses();
      const readData = (view: DataView, at: number) => name.add(pointer(view, at + nameAt));
      const all = data.sorted();
      yield* image.structures(all, nameAt + size, readData, fault);
      yield* image.names(name.sorted(), names, found.classes, fault);
      faults.raise();
      yield* readVariables(all, nameAt + 3 * size);
    },
    (_, error) => problems.failed(error),
  );
  /** @param at of the list in `class_ro_t`, behind the name, methods and protocols */
  function* readVariables(data: Float64Array, at: number): Parsing<void> {
    const lists = new Addresses();
    yield* image.structures(
      data,
      at + size,
      (view, start) => lists.add(pointer(view, start + at)),
      () => {},
    );
    // entsize, count; then of each variable offset, name, type, alignment, size
    const variables = new Addresses();
    let left = MOST_VARIABLES;
    const readList = (view: DataView, start: number, address: number) => {
      const step = view.getUint32(start, little);
      if (step < 3 * size + 8) return;
      for (let i = view.getUint32(start + 4, little); i > 0 && left > 0; i--, left--) {
        variables.add(address + 8 + (i - 1) * step);
      }
    };
    yield* image.structures(lists.sorted(), 8, readList, () => {});
    const types = new Addresses();
    const readType = (view: DataView, start: number) => types.add(pointer(view, start + 2 * size));
    yield* image.structures(variables.sorted(), 3 * size, readType, () => {});
    yield* image.names(types.sorted(), names, found.variables, () => {});
  }
  yield* attempt(
    function* () {
      // isa, name. What of them cannot be had hides nothing.
      const name = new Addresses();
      const readProtocol = (view: DataView, at: number) => name.add(pointer(view, at + size));
      yield* image.structures(addressesIn(protocols, size, pointer), 2 * size, readProtocol, () => {});
      yield* image.names(name.sorted(), names, found.protocols, () => {});
    },
    (_, error) => problems.failed(error),
  );
  yield* attempt(
    function* () {
      const referred = addressesIn(lists('selectors'), size, pointer);
      yield* image.names(referred, names, found.selectors, () => {});
    },
    (_, error) => problems.failed(error),
  );
  return found;
}
