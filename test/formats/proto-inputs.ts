import { finished } from '../../src/allowance.ts';
import { defaultBudgets } from '../../src/budgets.ts';
import {
  bundletoolIn,
  openProtoTable,
  protoValues,
  readDependencies,
  readProtoXml,
  readSetTable,
} from '../../src/formats/proto/index.ts';
import { buildDependencies, buildProtoTable, buildProtoXml, buildSetTable, message } from '../build/proto.ts';
import { mulberry32 } from '../build/random.ts';

const document = buildProtoXml({
  name: 'manifest',
  attributes: { package: 'org.example', 'android:versionCode': 7, 'android:label': { reference: 0x7f010001 } },
  children: [{ name: 'uses-permission', attributes: { 'android:name': 'android.permission.CAMERA' } }],
});
const table = buildProtoTable([{ id: 1, entries: [{ '': 'a', de: 'b' }, { '': { reference: 0x7f010000 } }, 'bag'] }]);
const dependencies = buildDependencies('io.agora.rtc:full-sdk:4.2.6', 'local', 'com.example:a:1.0');
const packages = buildSetTable('org.example', [
  { name: 'base', delivery: 'at install', paths: ['splits/base-master.apk', 'splits/base-de.apk'] },
  { name: 'pack', delivery: 'on demand', paths: ['asset-slices/pack-master.apk'], isAssetPack: true },
]);
const config = message([1, [[2, '1.18.2']]], [2, [[1, [[1, 1]]]]]);

/** Each reader with what it reads: how much of it came out. */
const readers: readonly (readonly [Uint8Array, (bytes: Uint8Array) => number])[] = [
  [document, (bytes) => 1 + (finished(readProtoXml(bytes, defaultBudgets)).root?.children.length ?? 0)],
  [table, (bytes) => [0x7f010000, 0x7f010001].flatMap((id) => protoValues(openProtoTable(bytes), id)).length],
  [dependencies, (bytes) => readDependencies(bytes).libraries.length],
  [packages, (bytes) => readSetTable(bytes, 100).packages.length],
  [config, (bytes) => Number(bundletoolIn(bytes) !== null)],
];

/** Cuts each input at every byte and mutates it `rounds` times: what was read, and what was thrown. */
export function tryEvery(rounds: number): { readonly values: number; readonly errors: readonly unknown[] } {
  const random = mulberry32(1);
  let values = 0;
  const errors: unknown[] = [];
  for (const [bytes, read] of readers) {
    const tryOut = (some: Uint8Array) => {
      try {
        values += read(some);
      } catch (error) {
        errors.push(error);
      }
    };
    for (let length = 0; length < bytes.length; length++) tryOut(bytes.subarray(0, length));
    for (let round = 0; round < rounds; round++) {
      const mutated = bytes.slice();
      for (let i = 0; i < 1 + (round % 3); i++)
        mutated[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      tryOut(mutated);
    }
  }
  return { values, errors };
}
