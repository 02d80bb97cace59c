import { attempt } from '../../coverage.ts';
import { BudgetError } from '../../errors.ts';
import type { Parsing } from '../parsing.ts';
import type { Problems } from '../problems.ts';
import { Addresses } from './addresses.ts';
import { Faults, type NameAllowance, text, viewOf } from './bytes.ts';
import type { Image } from './image.ts';
import { NameList } from './name-list.ts';
import type { ReadPiece } from './pieces.ts';
import type { ReadPointer } from './pointers.ts';

const encoder = new TextEncoder();

/** Types of one file: large apps have some ten thousand. */
const MOST_TYPES = 250_000;
/** Types and functions around a type. */
const MOST_AROUND = 16;

// Kinds of context descriptors, in the lowest five bits of their flags (swift/ABI/MetadataValues.h, ContextDescriptorKind)
const MODULE = 0;
const PROTOCOL = 3;
const FIRST_TYPE = 16; // class, struct and enum are the first three
const LAST_TYPE = 18;

/** What C and Objective-C define: whoever uses such a type carries a descriptor of it. */
const IMPORTED = new Set(['__C', '__C_Synthesized']);

export interface SwiftNames {
  /** Modules that define types in this file. */
  readonly modules: NameList;
  /** `Module.Outer.Type`; what stands at its place in the content is the last name alone. */
  readonly types: NameList;
}

interface SwiftTables {
  /** `__swift5_types` and `__swift5_protos` */
  readonly lists: readonly ReadPiece[];
  readonly image: Image;
  readonly little: boolean;
  /** Bytes of a pointer. */
  readonly size: 4 | 8;
  /** Null where pointers cannot be read. */
  readonly pointer: ReadPointer | null;
  readonly names: NameAllowance;
  readonly problems: Problems;
}

interface Context {
  readonly kind: number;
  /** Address of what is around it; 0 where that is none, or another image's. */
  parent: number;
  /** Address of its name; 0 where it has none. */
  readonly name: number;
}

/**
 * Reads the types and protocols that a file defines: the runtime finds them by `__swift5_types` and `__swift5_protos`, lists
 * of relative references to their descriptors (swift/ABI/Metadata.h, `TargetTypeMetadataRecord`, `TargetProtocolRecord`,
 * `TargetContextDescriptor`).
 */
export function* readSwift(tables: SwiftTables): Parsing<SwiftNames> {
  const { lists, image, little, size, pointer, names, problems } = tables;
  const found: SwiftNames = { modules: new NameList(), types: new NameList() };
  const faults = new Faults('a Swift type cannot be followed to its name');
  const fault = (offset: number) => faults.add(offset || (lists[0]?.offset ?? 0));
  const contexts = new Map<number, Context>();
  /** By the address of a pointer to what is around them. */
  const indirect = new Map<number, Context[]>();
  const read = (view: DataView, at: number, address: number) => {
    const relative = (field: number) => {
      const value = view.getInt32(at + field, little);
      return value === 0 ? 0 : address + field + value;
    };
    const kind = view.getUint32(at, little) & 0x1f;
    const isNamed = kind === MODULE || kind === PROTOCOL || (kind >= FIRST_TYPE && kind <= LAST_TYPE);
    // The lowest bit of the reference says that a pointer stands there instead.
    const around = relative(4);
    const isIndirect = view.getInt32(at + 4, little) % 2 !== 0;
    const context = { kind, parent: isIndirect ? 0 : around, name: isNamed ? relative(8) : 0 };
    contexts.set(address, context);
    if (!isIndirect) return;
    const others = indirect.get(around - 1);
    if (others) others.push(context);
    else indirect.set(around - 1, [context]);
  };
  yield* attempt(
    function* () {
      const types = listed(lists, little);
      let next = types;
      for (let depth = 0; depth < MOST_AROUND && next.length > 0; depth++) {
        yield* image.structures(next, 12, read, fault);
        const slots = new Addresses();
        for (const slot of pointer ? indirect.keys() : []) slots.add(slot);
        const follow = (view: DataView, at: number, slot: number) => {
          for (const context of indirect.get(slot) ?? []) context.parent = pointer!(view, at);
        };
        yield* image.structures(slots.sorted(), size, follow, () => {});
        indirect.clear();
        const around = new Addresses();
        for (const address of next) {
          const parent = contexts.get(address)?.parent ?? 0;
          if (!contexts.has(parent)) around.add(parent);
        }
        next = around.sorted();
      }
      const named = new Addresses();
      for (const { name } of contexts.values()) named.add(name);
      const list = new NameList();
      yield* image.names(named.sorted(), names, list, fault);
      const texts = new Map<number, string>();
      list.visit((bytes, start, end, offset) => texts.set(offset, text(bytes, start, end)));
      const modules = new Set<string>();
      for (const address of types) {
        const type = nameOf(address, contexts, ({ name }) => texts.get(image.offsetOf(name, 1)));
        if (!type) continue;
        const [module] = type.parts;
        const whole = encoder.encode(type.parts.join('.'));
        names.spend(whole.length, image.offsetOf(type.own, 1));
        found.types.add(whole, 0, whole.length, image.offsetOf(type.own, 1));
        if (modules.has(module)) continue;
        modules.add(module);
        const bytes = encoder.encode(module);
        found.modules.add(bytes, 0, bytes.length, image.offsetOf(type.module, 1));
      }
      faults.raise();
    },
    (_, error) => problems.failed(error),
  );
  return found;
}

/** What a type is called, from its module inwards; null for what C defines, and where a name cannot be had. */
function nameOf(
  address: number,
  contexts: ReadonlyMap<number, Context>,
  textAt: (context: Context) => string | undefined,
): { readonly parts: readonly [module: string, ...string[]]; readonly own: number; readonly module: number } | null {
  const inner: string[] = [];
  let context = contexts.get(address);
  const own = context?.name ?? 0;
  for (let depth = 0; context && depth < MOST_AROUND; depth++) {
    const name = context.name === 0 ? undefined : textAt(context);
    if (context.name !== 0 && name === undefined) return null;
    if (context.kind === MODULE) {
      return name === undefined || IMPORTED.has(name) ? null : { parts: [name, ...inner], own, module: context.name };
    }
    if (name !== undefined) inner.unshift(name);
    context = contexts.get(context.parent);
  }
  return null;
}

/** Addresses of the descriptors that lists name directly. @throws BudgetError */
function listed(lists: readonly ReadPiece[], little: boolean): Float64Array {
  const found = new Addresses();
  let count = 0;
  for (const { bytes, offset, address = 0 } of lists) {
    const view = viewOf(bytes);
    for (let at = 0; at + 4 <= bytes.length; at += 4) {
      if (++count > MOST_TYPES) throw new BudgetError('symbols', MOST_TYPES, offset + at);
      const value = view.getInt32(at, little);
      // The two lowest bits say what is referred to: 0 is a descriptor of this file.
      if (value !== 0 && (value & 3) === 0) found.add(address + at + value);
    }
  }
  return found.sorted();
}
