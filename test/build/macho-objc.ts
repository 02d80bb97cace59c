import type { MachODescription, MachOSection } from './macho-types.ts';
import { strings } from './macho-writer.ts';

const CSTRING_LITERALS = 2;

/** How a pointer stands in the file, by where it leads. */
export type Pack = (address: number) => bigint;

const packs: Readonly<Record<number, Pack>> = {
  // DYLD_CHAINED_PTR_ARM64E_USERLAND24: signed, with a key and a diversity as for class data.
  12: (address) => (1n << 63n) | (0x6ae1n << 32n) | (1n << 48n) | BigInt(address),
  // DYLD_CHAINED_PTR_64_OFFSET, with a step to the next one.
  6: (address) => BigInt(address) | (2n << 51n),
};

/** The lists, structures and names of Objective-C classes and protocols (objc4: objc-runtime-new.h). */
export function objcSections(image: MachODescription, bits: 32 | 64): MachOSection[] {
  const { objcClasses: classes = [], objcProtocols: protocols = [], objcNames: others = [] } = image;
  const pointer = bits / 8;
  const zeros = (length: number) => new Uint8Array(length);
  const section = (segment: '__TEXT' | '__DATA', name: string, bytes: Uint8Array): MachOSection[] =>
    bytes.length === 0
      ? []
      : [{ segment, section: name, bytes, ...(segment === '__TEXT' && { flags: CSTRING_LITERALS }) }];
  const pool = [...classes, ...protocols, ...others];
  return [
    ...section('__TEXT', image.objcNamesIn ?? '__objc_classname', pool.length === 0 ? zeros(0) : strings(pool)),
    ...section('__DATA', image.objcListIn ?? '__objc_classlist', zeros(classes.length * pointer)),
    ...section('__DATA', '__objc_protolist', zeros(protocols.length * pointer)),
    ...section('__DATA', '__objc_selrefs', zeros((image.sends ?? []).length * pointer)),
    ...section('__DATA', '__objc_const', zeros(classes.length * sizes(pointer).data + listed(image, pointer).length)),
    ...section('__TEXT', '__objc_methtype', strings(typesOf(image))),
    ...section('__DATA', '__objc_data', zeros(classes.length * sizes(pointer).class)),
    ...section('__DATA', '__data', zeros(protocols.length * sizes(pointer).protocol)),
  ];
}

/** Classes with instance variables, in the order of the class list, each with its types. */
const variablesOf = ({ objcClasses = [], objcVariables = {} }: MachODescription) =>
  objcClasses.flatMap((name, of) => (Object.hasOwn(objcVariables, name) ? [{ of, types: objcVariables[name]! }] : []));
const typesOf = (image: MachODescription) => variablesOf(image).flatMap(({ types }) => types);

/** `ivar_list_t` of each such class, one behind the other, without their pointers. */
function listed(image: MachODescription, pointer: number): Uint8Array {
  const step = 3 * pointer + 8;
  const lists = variablesOf(image).map(({ types }) => {
    const list = new Uint8Array(8 + types.length * step);
    const view = new DataView(list.buffer);
    view.setUint32(0, step, true);
    view.setUint32(4, types.length, true);
    return [...list];
  });
  return Uint8Array.from(lists.flat());
}

function sizes(pointer: number) {
  return { class: 5 * pointer, data: pointer === 8 ? 72 : 40, protocol: 2 * pointer };
}

/** Writes the pointers, once it is known where the sections stand. Addresses are offsets into the file. */
export function fillObjc(
  bytes: Uint8Array,
  image: MachODescription,
  placed: readonly { readonly section: string; readonly offset: number }[],
  bits: 32 | 64,
): void {
  const { objcClasses: classes = [], objcProtocols: protocols = [], selectors = [], sends = [] } = image;
  if (classes.length + protocols.length + sends.length === 0) return;
  const pointer = bits / 8;
  const pack = packs[image.pointers ?? 0] ?? ((address: number) => BigInt(address));
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const at = (name: string) => placed.find(({ section }) => section === name)?.offset ?? 0;
  const write = (offset: number, address: number) => {
    if (bits === 64) view.setBigUint64(offset, pack(address), true);
    else view.setUint32(offset, address, true);
  };
  const { class: classSize, data: dataSize, protocol: protocolSize } = sizes(pointer);
  for (const [i, text] of sends.entries()) {
    const before = strings(selectors.slice(0, selectors.indexOf(text)));
    write(at('__objc_selrefs') + i * pointer, at('__objc_methname') + before.length);
  }
  let name = at(image.objcNamesIn ?? '__objc_classname');
  for (const [i, text] of classes.entries()) {
    const own = at('__objc_data') + i * classSize;
    const data = at('__objc_const') + i * dataSize;
    write(at(image.objcListIn ?? '__objc_classlist') + i * pointer, own);
    // The lowest bit says that it is a class of Swift's.
    write(own + 4 * pointer, data + (text.startsWith('_Tt') ? 1 : 0));
    write(data + (bits === 64 ? 24 : 16), name);
    name += new TextEncoder().encode(text).length + 1;
  }
  let list = at('__objc_const') + classes.length * dataSize;
  let type = at('__objc_methtype');
  bytes.set(listed(image, pointer), list);
  for (const { of, types } of variablesOf(image)) {
    write(at('__objc_const') + of * dataSize + (bits === 64 ? 48 : 28), list);
    list += 8;
    for (const text of types) {
      write(list + 2 * pointer, type);
      list += 3 * pointer + 8;
      type += new TextEncoder().encode(text).length + 1;
    }
  }
  for (const [i, text] of protocols.entries()) {
    write(at('__objc_protolist') + i * pointer, at('__data') + i * protocolSize);
    write(at('__data') + i * protocolSize + pointer, name);
    name += new TextEncoder().encode(text).length + 1;
  }
}
