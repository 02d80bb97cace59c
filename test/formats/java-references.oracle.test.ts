import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { finished } from '../../src/allowance.ts';
import { ClassFile, takeStrings, visitParts, visitReferences, visitTypes } from '../../src/formats/java-class/index.ts';
import { pinned } from '../real/corpus.ts';
import { hasJavap } from './javap.ts';

/** What `javap -v -p` prints of one class, as far as both readers say it. Names that Java does not escape alone. */
interface Printed {
  readonly types: Set<string>;
  readonly references: Set<string>;
  readonly descriptors: string[];
  readonly loads: string[];
}

function printedBy(jar: string, classes: readonly string[]): Map<string, Printed> {
  const text = execFileSync('javap', ['-v', '-p', '-cp', jar, ...classes], { encoding: 'utf8', maxBuffer: 1 << 29 });
  const found = new Map<string, Printed>();
  let own: Printed | null = null;
  for (const line of text.split('\n')) {
    if (line.startsWith('Classfile ')) own = null;
    const [, self] = /^ {2}this_class: #\d+ +\/\/ (\S+)/.exec(line) ?? [];
    if (self !== undefined) {
      own = { types: new Set(), references: new Set(), descriptors: [], loads: [] };
      found.set(self.replace(/^"|"$/g, '').replaceAll('/', '.'), own);
    }
    if (!own) continue;
    const [, kind, said = ''] =
      /^ *#\d+ = (Class|Fieldref|Methodref|InterfaceMethodref) +\S+ +\/\/ +(.*)$/.exec(line) ?? [];
    if (kind === 'Class') own.types.add(said.trim().replace(/^"|"$/g, ''));
    else if (kind !== undefined) {
      const [, owner = '', name = ''] = /^ *"?([^".]+)"?\."?([^":]+)"?:/.exec(said) ?? [];
      own.references.add(`${owner.replaceAll('/', '.')} ${name}`);
    }
    const [, descriptor] = /^ {4}descriptor: (.*)$/.exec(line) ?? [];
    if (descriptor !== undefined) own.descriptors.push(descriptor);
    const [, loaded] = /^ +\d+: ldc(?:_w)? +#\d+ +\/\/ String (.*)$/.exec(line) ?? [];
    if (loaded !== undefined) own.loads.push(loaded);
  }
  return found;
}

const isPlain = (text: string) => text !== '' && /^[ -~]*$/.test(text) && !/["'\\]/.test(text);

describe.skipIf(!hasJavap())('names and calls of class files against javap', () => {
  it.each([
    [
      'RongCloud',
      'rongcloud-react-native-imlib@0.3.13',
      'lib/android/libs/Rong_IMLib.jar',
      '9d28c2642fba2c7fe0a86b47a60e9398aca1a79ef24181cf74c7257ce699094b',
    ],
    [
      'Agora',
      'react-native-agora@1.2.5',
      'android/libs/agora-rtc-sdk.jar',
      '6c9d9f3e80a66c7def963dc41d90e8a18cc0e7bcfb86ea6b25c51fa1d4228202',
    ],
  ])('says of the jar of %s what javap says', { timeout: 120_000 }, (_, spec, path, digest) => {
    const jar = pinned(spec, path, digest);
    const files = Object.entries(unzipSync(readFileSync(jar), { filter: (entry) => entry.name.endsWith('.class') }));
    const names = files.map(([name]) => name.slice(0, -'.class'.length).replaceAll('/', '.'));
    const printed = printedBy(jar, names);
    expect(printed.size).toBe(files.length);
    const counts = { types: 0, references: 0, descriptors: 0, loads: 0 };
    for (const [i, [, bytes]] of files.entries()) {
      const name = names[i]!;
      const theirs = printed.get(name)!;
      const types = new Set<string>();
      finished(
        visitTypes(new ClassFile(bytes), (start, end) => types.add(Buffer.from(bytes.subarray(start, end)).toString())),
      );
      const named = [...theirs.types].filter((type) => !type.startsWith('['));
      expect(
        named.filter((type) => !types.has(type)),
        name,
      ).toEqual([]);
      const references = new Set<string>();
      finished(
        visitReferences(new ClassFile(bytes), ({ class: owner, name: member }) => {
          if (owner !== null) references.add(`${owner} ${member}`);
        }),
      );
      expect([...references].sort(), name).toEqual([...theirs.references].sort());
      const file = new ClassFile(bytes);
      const descriptors: string[] = [];
      const loads: string[] = [];
      finished(
        visitParts(file, {
          member: ({ descriptor }) => descriptors.push(file.decoded(descriptor)),
          attribute: (attribute) =>
            void takeStrings(file, attribute, () => true, {
              constant: () => {},
              string: ({ as, method, value }) => {
                if (as === 'loaded') loads.push(`${method} ${value}`);
              },
            }),
        }),
      );
      expect(descriptors, name).toEqual(theirs.descriptors);
      // Once for each method here, and each time there; javap escapes what is no plain text, and drops blanks at its end.
      const plain = (texts: readonly string[]) => {
        const kept = texts.filter((each) => isPlain(each) && each.length <= 200);
        return [...new Set(kept.map((each) => each.trimEnd()))].filter((each) => each !== '').sort();
      };
      const ours = plain(loads.map((each) => each.slice(each.indexOf(' ') + 1)));
      expect(ours, name).toEqual(plain(theirs.loads));
      counts.types += named.length;
      counts.references += references.size;
      counts.descriptors += descriptors.length;
      counts.loads += ours.length;
    }
    console.log(JSON.stringify(counts));
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(100);
  });
});
