import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { descriptorOfType, isOf, type Wanted, type WantedCall } from '../../src/formats/dex/calls/wanted.ts';
import { type FoundCall, openDex, visitCalls } from '../../src/formats/dex/index.ts';
import { loadRules } from '../../src/index.ts';
import { wantedCalls } from '../../src/match/called.ts';
import { dumpOf, hasDexdump } from '../formats/dexdump.ts';
import { root } from '../real/corpus.ts';
import { dexesByD8, hasJava } from '../real/maven.ts';
import { Sources } from '../releases/sources.ts';
import { callsDumped, type DumpedCall } from './straight.ts';

/**
 * Calls of SDKs in real apps as the followers of code see them, against what `dexdump -d` prints: the same places, the same
 * callers, and wherever the straight line that leads to a call puts a constant into a register, that constant and no other.
 */
interface App {
  readonly name: string;
  readonly id: string;
  /** An APK, DEX files, or the class files that D8 converts; put into the cache by hand. */
  readonly from: string;
}

const apps = JSON.parse(readFileSync(join(root(), 'test/calls/apps.json'), 'utf8')) as App[];
const folder = join(root(), '.cache', 'git');
const sources = new Sources(folder);
const rules = wantedCalls(loadRules());
const table: string[] = [];
const unlike: string[] = [];

/** A folder whose files of 4 MiB and more no snapshot holds may lack one: what is there is compared. */
function dexesOf({ from }: App): Uint8Array[] {
  const files = sources.files(from);
  const classes = files.filter(([path]) => path.endsWith('.class'));
  const dexes = files.flatMap(([path, bytes]) => {
    if (path.endsWith('.dex')) return [bytes];
    if (path.endsWith('.apk')) return Object.values(unzipSync(bytes, { filter: ({ name }) => name.endsWith('.dex') }));
    return path.endsWith('.jar') ? dexedJar(bytes) : [];
  });
  const start = from.slice(from.indexOf('/', from.indexOf('@')) + 1);
  const entries = classes.map(([path, bytes]) => [path.slice(start.lastIndexOf('/') + 1), bytes] as const);
  return [...dexes, ...(entries.length > 0 ? dexedJar(zipSync(Object.fromEntries(entries), { level: 0 })) : [])];
}

function dexedJar(bytes: Uint8Array): Uint8Array[] {
  const at = mkdtempSync(join(tmpdir(), 'waybill-apps-'));
  try {
    writeFileSync(join(at, 'classes.jar'), bytes);
    return dexesByD8(join(at, 'classes.jar'));
  } finally {
    rmSync(at, { recursive: true });
  }
}

function read(bytes: Uint8Array, wanted: Wanted) {
  const calls: FoundCall[] = [];
  const callers = new Set<string>();
  const work = visitCalls(openDex(bytes), wanted, () => true, {
    call: (found) => calls.push(found),
    order: () => {},
    caller: ({ kind, class: by }) => kind === 'call' && callers.add(by),
  });
  let step = work.next();
  while (!step.done) step = work.next();
  return { calls, callers, isWhole: step.value === null };
}

const classOf = ({ by }: DumpedCall) => by.slice(0, by.lastIndexOf('.'));

function isWanted({ class: owner, name, parameters, isField }: DumpedCall, wanted: WantedCall): boolean {
  if (!wanted.classes.includes(owner)) return false;
  if (isField) return wanted.field === name;
  const { parameters: asked } = wanted;
  if (wanted.method !== name || asked === undefined) return wanted.method === name;
  if (typeof asked === 'number') return parameters.length === asked;
  return asked.map(descriptorOfType).join() === parameters.join();
}

function compare(app: App): void {
  const wanted: Wanted = { ...rules, app: [app.id] };
  const count = { places: 0, callers: 0, constants: 0, unlike: 0 };
  for (const bytes of dexesOf(app)) {
    const { calls, callers, isWhole } = read(bytes, wanted);
    const dumped = [...callsDumped(dumpOf(bytes))];
    expect(isWhole).toBe(true);
    // The app's own id lies below the package of an SDK in one of them.
    const known = dumped.filter((call) => !call.isField && isOf(call.class, wanted.packages, wanted));
    const theirs = known.map(classOf).filter((name) => !isOf(name, wanted.packages, wanted));
    expect([...callers].sort()).toEqual([...new Set(theirs)].sort());
    const places = dumped.flatMap((call) =>
      wanted.calls
        .filter((each) => isWanted(call, each) && !isOf(classOf(call), each.own, wanted))
        .map((each) => ({ call, each, place: `${each.id} @ ${call.offset}` })),
    );
    expect(calls.map(({ id, offset }) => `${id} @ ${offset}`).sort()).toEqual(places.map(({ place }) => place).sort());
    const found = new Map(calls.map((each) => [`${each.id} @ ${each.offset}`, each]));
    for (const { call, each, place } of places) {
      each.values.forEach(({ argument = 0, of, omitted }, i) => {
        if (of !== undefined || omitted !== undefined) return;
        const [put, values] = [call.given[argument] ?? null, found.get(place)!.values[i] ?? []];
        const said = values.map(({ kind, text }) => `${kind} ${text}`);
        if (put !== null && 'constant' in put) {
          count.constants++;
          expect([place, said]).toEqual([place, [`constant ${put.constant}`]]);
        } else if (said.some((one) => /^(?:constant|made|absent|enum)/.test(one))) {
          count.unlike++;
          unlike.push(
            `${app.name}: ${call.by} > ${each.id} ${argument}: ${said.join(' | ')} <- ${put?.by ?? 'a branch'}`,
          );
        }
      });
    }
    count.places += places.length;
    count.callers += callers.size;
  }
  table.push(
    `${app.name}: ${count.callers} calling classes, ${count.places} places, ${count.constants} constants, ${count.unlike} followed further`,
  );
}

afterAll(() => console.log([...table, 'What was followed further than the straight line:', ...unlike].join('\n')));

const isThere = existsSync(folder);
if (!isThere) console.warn(`SKIPPED: repositories named owner+repo are not in ${folder}`);
describe.skipIf(!hasDexdump() || !hasJava() || !isThere)('calls of SDKs in real apps against dexdump -d', () => {
  it.each(apps)('$name', compare);
});
