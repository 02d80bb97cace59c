import type { MachODescription, MachODylib, MachOSection } from './macho-types.ts';
import { utf8, Writer } from './macho-writer.ts';

export interface Placed extends MachOSection {
  readonly offset: number;
}

export interface Layout {
  readonly sections: readonly Placed[];
  /** End of the sections of each segment. */
  readonly text: number;
  readonly data: number;
  readonly linkEdit: ReadonlyMap<string, { offset: number; bytes: Uint8Array }>;
  readonly end: number;
}

const DYLIB_COMMANDS = { load: 0xc, weak: 0x80000018, reexport: 0x8000001f, lazy: 0x20, upward: 0x80000023 };

/** `1.2.3` as nibbles xxxx.yy.zz */
function packed(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return ((major << 16) | (minor << 8) | patch) >>> 0;
}

export function commands(
  image: MachODescription,
  dylibs: readonly MachODylib[],
  bits: 32 | 64,
  layout: Layout,
): { bytes: Uint8Array; count: number } {
  const all = new Writer();
  let count = 0;
  const isObject = image.fileType === 'object';
  const add = (kind: number, body: Writer): void => {
    body.align(8);
    all.u32(kind, 8 + body.length).bytes(body.done());
    count++;
  };
  const word = (writer: Writer, value: number): Writer => (bits === 64 ? writer.u64(value) : writer.u32(value));
  const fixed = (writer: Writer, name: string): Writer => writer.bytes(utf8(name.padEnd(16, '\0')));
  const part = (kind: string): [number, number] => {
    const found = layout.linkEdit.get(kind);
    return [found?.offset ?? 0, found?.bytes.length ?? 0];
  };

  const segment = (name: string, start: number, end: number, sections: readonly Placed[]): void => {
    const body = fixed(new Writer(), name);
    for (const value of [start, end - start, start, end - start]) word(body, value);
    body.u32(5, 5, sections.length, 0);
    for (const section of sections) {
      fixed(fixed(body, section.section), section.segment);
      word(word(body, section.offset), section.bytes.length);
      body.u32(section.offset, 0, 0, 0, section.flags ?? 0, 0, 0);
      if (bits === 64) body.u32(0);
    }
    // No padding here: sections of 68 bytes end where they end.
    all.u32(bits === 64 ? 0x19 : 1, 8 + body.length).bytes(body.done());
    count++;
  };
  const of = (name: string) => layout.sections.filter((section) => section.segment === name);
  if (isObject) segment('', layout.sections[0]!.offset, layout.data, layout.sections);
  else {
    segment('__TEXT', 0, layout.text, of('__TEXT'));
    segment('__DATA', layout.text, layout.data, of('__DATA'));
    segment('__LINKEDIT', layout.data, layout.end, []);
  }

  const dylib = (kind: number, { name, current = '1.0.0', compatibility = '1.0.0' }: MachODylib): void =>
    add(kind, new Writer().u32(24, 2, packed(current), packed(compatibility)).string(name));
  if (image.id) dylib(0xd, image.id);
  if (layout.linkEdit.has('fixups')) {
    add(0x80000034, new Writer().u32(...part('fixups')));
    add(0x80000033, new Writer().u32(...part('exports')));
  } else if (!isObject) {
    const tables = ['bind', 'weak', 'lazy', 'exports'].flatMap(part);
    add(0x80000022, new Writer().u32(0, 0, ...tables));
  }
  if (image.symbols) {
    add(2, new Writer().u32(part('symbols')[0], image.symbols.length, ...part('strings')));
  }
  if (image.uuid) add(0x1b, new Writer().bytes(image.uuid.match(/../g)!.map((digits) => Number.parseInt(digits, 16))));
  if (image.platform) {
    const { name, minos, sdk = '0.0', command = 'build-version' } = image.platform;
    if (command === 'version-min') add(name === 'macos' ? 0x24 : 0x25, new Writer().u32(packed(minos), packed(sdk)));
    else {
      const platform = typeof name === 'number' ? name : { macos: 1, ios: 2, iossimulator: 7 }[name];
      add(0x32, new Writer().u32(platform, packed(minos), packed(sdk), 0));
    }
  }
  if (image.sourceVersion) {
    const digits = image.sourceVersion.padStart(16, '0');
    add(0x2a, new Writer().u32(Number.parseInt(digits.slice(8), 16), Number.parseInt(digits.slice(0, 8), 16)));
  }
  if (image.encrypted !== undefined) {
    const start = layout.sections[0]!.offset;
    const body = new Writer().u32(start, layout.text - start, image.encrypted ? 1 : 0);
    if (bits === 64) body.u32(0);
    all.u32(bits === 64 ? 0x2c : 0x21, 8 + body.length).bytes(body.done());
    count++;
  }
  for (const each of dylibs) dylib(DYLIB_COMMANDS[each.kind ?? 'load'], each);
  for (const path of image.rpaths ?? []) add(0x8000001c, new Writer().u32(12).string(path));
  if (layout.linkEdit.has('signature')) add(0x1d, new Writer().u32(...part('signature')));
  return { bytes: all.done(), count };
}
