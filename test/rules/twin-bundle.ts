import { loadRules, type Rules } from '../../src/index.ts';
import { buildBinaryXml, type XmlDescription } from '../build/axml.ts';
import { buildDex, type DexClass, type DexDescription, type Instruction } from '../build/dex.ts';
import { buildElf, type ElfDescription } from '../build/elf.ts';
import { buildMachO, type MachODescription } from '../build/macho.ts';
import { buildZip } from '../build/zip.ts';
import type { TwinCase } from './twin-schema.ts';

type AndroidCase = Extract<TwinCase, { platform: 'android' }>;
type IosCase = Extract<TwinCase, { platform: 'ios' }>;

/** What a file is made of: exactly one of these. */
interface FileDescription {
  readonly plist?: Readonly<Record<string, string>>;
  readonly macho?: MachODescription;
  readonly elf?: ElfDescription;
  readonly dex?: DexDescription;
  readonly axml?: XmlDescription;
  readonly text?: string;
}
type Files = Readonly<Record<string, FileDescription>>;

let shipped: Rules | null = null;

/**
 * The smallest bundle that holds what a case of a twin says, and nothing that it does not say, but as many classes beside
 * those of an SDK as its rule says that it needs.
 */
export function twinBundle(twin: TwinCase, rules?: Rules): Uint8Array {
  shipped ??= loadRules();
  const files = twin.platform === 'android' ? apkFiles(twin, rules ?? shipped) : ipaFiles(twin, rules ?? shipped);
  return buildZip(Object.entries(files).map(([name, file]) => ({ name, data: bytesOf(file) })));
}

function bytesOf({ plist, macho, elf, dex, axml, text = '' }: FileDescription): Uint8Array {
  if (macho) return buildMachO(macho);
  if (elf) return buildElf(elf);
  if (dex) return buildDex(dex);
  if (axml) return buildBinaryXml(axml);
  return new TextEncoder().encode(plist ? propertyList(plist) : text);
}

/** In XML, by hand: the installed package runs twins too, and has no library that writes property lists. */
function propertyList(values: Readonly<Record<string, string>>): string {
  const escaped = (value: string) => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const pairs = Object.entries(values).map(([key, value]) => {
    return `<key>${escaped(key)}</key><string>${escaped(value)}</string>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"><dict>${pairs.join('')}</dict></plist>\n`;
}

function apkFiles(twin: AndroidCase, rules: Rules): Files {
  const dex = {
    classes: [...dexClasses(twin), ...besides(twin, rules)],
    references: twin.references,
    strings: twin.strings,
  };
  return {
    'AndroidManifest.xml': {
      axml: {
        name: 'manifest',
        attributes: { package: 'org.example.app' },
        children: [
          ...(twin.permissions ?? []).map((name) => ({
            name: 'uses-permission',
            attributes: { 'android:name': name },
          })),
          {
            name: 'application',
            children: [
              ...twin.components.map((name) => ({ name: 'service', attributes: { 'android:name': name } })),
              ...Object.entries(twin.keys).map(([name, value]) => ({
                name: 'meta-data',
                attributes: { 'android:name': name, 'android:value': value },
              })),
            ],
          },
        ],
      },
    },
    ...(Object.values(dex).some((part) => part.length > 0) ? { 'classes.dex': { dex } } : {}),
    ...Object.fromEntries(
      twin.libraries.map(({ name, soname, exports, text }) => [
        `lib/arm64-v8a/${name}`,
        { elf: { soname: soname ?? name, exports, ...(text.length > 0 ? { rodata: text } : {}) } },
      ]),
    ),
    ...otherFiles(twin, ''),
  };
}

/** Classes that are defined; a field or a method makes its class one. */
function dexClasses(twin: AndroidCase): DexClass[] {
  const names = new Set([...twin.classes, ...[...twin.fields, ...twin.methods].map((member) => member.class)]);
  return [...names].map((name) => ({
    name,
    staticFields: twin.fields.filter((field) => field.class === name).map(({ name, value }) => ({ name, value })),
    code: Object.fromEntries(
      twin.methods.filter((method) => method.class === name).map((method) => [method.name, codeOf(method)]),
    ),
  }));
}

/** Classes that no clue names, in the package of the first that stands under one that a rule counts. */
function besides(twin: AndroidCase, rules: Rules): DexClass[] {
  if (twin.alone) return [];
  const own = dexClasses(twin).map(({ name }) => name);
  const added = new Set<string>();
  for (const { needs } of rules.sdks.values()) {
    const counted = own.filter((name) => needs?.under.some((top) => name.startsWith(`${top}.`)));
    const [first] = counted;
    if (needs?.classes === undefined || first === undefined) continue;
    const folder = first.slice(0, first.lastIndexOf('.'));
    for (let i = counted.length; i < needs.classes; i++) added.add(`${folder}.Beside${i}`);
  }
  return [...added].map((name) => ({ name }));
}

/** Loads the strings one after the other into v0, and returns the one that is to be returned. */
function codeOf({ loads, returns }: AndroidCase['methods'][number]): Instruction[] {
  const strings = returns === undefined ? loads : [...loads, returns];
  const end = returns === undefined ? [] : [{ units: [0x0011] }];
  return [...strings.map((string) => ({ register: 0, string })), ...end];
}

const APP = 'Payload/App.app';

/** Types that no clue names, called as the first of these that a rule counts on iOS. */
function typesBeside(classes: readonly string[], { alone }: IosCase, rules: Rules): string[] {
  if (alone) return [];
  return [...rules.sdks.values()].flatMap(({ needs }) => {
    const name = needs?.ios?.called.find((top) => classes.some((own) => own.startsWith(top)));
    return name === undefined ? [] : Array.from({ length: needs!.ios!.types }, (_, i) => `${name}Beside${i}`);
  });
}

function ipaFiles(twin: IosCase, rules: Rules): Files {
  const platform = { name: 'ios', minos: '13.0' } as const;
  return {
    [`${APP}/Info.plist`]: {
      plist: { CFBundleIdentifier: 'org.example.app', CFBundleExecutable: 'App', ...twin.keys },
    },
    [`${APP}/App`]: {
      macho: {
        fileType: 'execute',
        platform,
        objcClasses: [...twin.classes, ...typesBeside(twin.classes, twin, rules)],
        cstrings: twin.strings,
        imports: twin.references.map((name) => ({ name: `_OBJC_CLASS_$_${name}`, library: null })),
      },
    },
    ...Object.fromEntries(
      twin.frameworks.flatMap(({ name, bundleId, version, objc, exports, text, binary }) => {
        const folder = `${APP}/Frameworks/${name}.framework`;
        const plist = {
          CFBundleExecutable: name,
          ...(bundleId === undefined ? {} : { CFBundleIdentifier: bundleId }),
          ...(version === undefined ? {} : { CFBundleShortVersionString: version }),
        };
        const macho = {
          fileType: 'dylib',
          platform,
          id: { name: `@rpath/${name}.framework/${name}` },
          objcClasses: [...objc, ...typesBeside(objc, twin, rules)],
          exports: [...objc.map((each) => `_OBJC_CLASS_$_${each}`), ...exports],
          cstrings: text,
        } as const;
        return [[`${folder}/Info.plist`, { plist }], ...(binary ? [[`${folder}/${name}`, { macho }] as const] : [])];
      }),
    ),
    ...otherFiles(twin, `${APP}/`),
  };
}

function otherFiles(twin: TwinCase, folder: string): Files {
  return Object.fromEntries(
    twin.files.map((file) =>
      typeof file === 'string' ? [folder + file, { text: 'x' }] : [folder + file.path, { text: file.text }],
    ),
  );
}
