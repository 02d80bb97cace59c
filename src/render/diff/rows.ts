import type { Releases } from '../../diff/compare.ts';
import type { Difference } from '../../diff/index.ts';
import { boundsText } from '../../releases.ts';
import { type ChangeKind, levels } from '../../types.ts';
import { number, plural } from '../text/words.ts';

/** A change as people read it, in every format. */
export interface Row {
  /** What became of it: `new`, `gone`, `not read in new`. */
  readonly became: string;
  readonly what: string;
  /** What differs, or of what is new or gone what it is; may be empty. */
  readonly how: string;
}

export interface Section {
  readonly title: string;
  readonly same: number;
  readonly rows: readonly Row[];
}

/** Nothing is called gone that was merely not read this time. */
export const becameWords: Record<ChangeKind, string> = {
  added: 'new',
  removed: 'gone',
  changed: 'changed',
  'unread-old': 'not read in old',
  'unread-new': 'not read in new',
  'unasked-old': 'not asked in old',
  'unasked-new': 'not asked in new',
};

type Groups = Omit<Difference, 'schema' | 'trend' | 'old' | 'new' | 'remarks'>;
type Item<Key extends keyof Groups> = NonNullable<Groups[Key]['changes'][number]['new']>;

/** How one kind of thing is told. What has no row does not compile. */
interface Told<Key extends keyof Groups> {
  readonly title: string;
  readonly what: (item: Item<Key>) => string;
  /** Of what only one of the reports has; where `isNamed`, of what changed too. */
  readonly about: (item: Item<Key>) => string;
  readonly isNamed?: true;
  /** What of several that became the same comes first: the greater. */
  readonly weight?: (item: Item<Key>) => number;
  /** What is known of its release, which several fields hold. */
  readonly release?: (item: Item<Key>) => string;
  /** What a field is called where it differs; its own name where left out. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** What is known of a release, in words. */
function releaseWords({ versions, bounds }: Releases): string {
  if (versions.length > 0) return versions.join(' and ');
  return bounds ? boundsText(bounds) : 'not known';
}

const told: { readonly [Key in keyof Groups]: Told<Key> } = {
  findings: {
    title: 'Findings',
    what: ({ level, title }) => `${level}: ${title}`,
    about: ({ id }) => id,
    isNamed: true,
    weight: ({ level, state }) => 2 * levels.indexOf(level) + Number(state === 'holds'),
    fields: { open: 'waits for' },
  },
  sdks: {
    title: 'SDKs',
    what: ({ name, id }) => `${name} (${id})`,
    about: ({ vendor, presence, counted, ...item }) =>
      [
        `version ${releaseWords(item)}`,
        `vendor ${vendor}`,
        ...presence,
        ...(counted ? [] : ['a sign alone, not counted']),
      ].join(', '),
    release: releaseWords,
  },
  flows: {
    title: 'Data flows',
    what: ({ data, recipient, sdk, host }) =>
      `${data} to ${recipient}${sdk === null ? '' : ` through ${sdk}`}${host === null ? '' : ` at ${host}`}`,
    about: ({ basis, protection }) =>
      `${basis}, protection ${protection === 'undetermined' ? 'not known' : protection}`,
  },
  controls: {
    title: 'Controls',
    what: ({ name, sdk }) => `${name} (${sdk})`,
    about: ({ states }) => states.join(' and '),
    fields: { states: 'state' },
  },
  permissions: {
    title: 'Permissions',
    what: ({ permission, unit }) => (unit === null ? permission : `${permission} (${unit})`),
    about: ({ asked, maxSdk }) =>
      [
        ...(asked ? [] : ['granted without being asked for']),
        ...(maxSdk === null ? [] : [`to API level ${maxSdk}`]),
      ].join(', '),
    fields: { asked: 'asked for', maxSdk: 'up to API level' },
  },
  endpoints: {
    title: 'Hosts and addresses',
    what: ({ id }) => id,
    about: ({ vendor, sdk, inCode }) =>
      [
        ...(vendor === null ? [] : [`of ${vendor}`]),
        ...(sdk === null ? [] : [`in ${sdk}`]),
        ...(inCode ? [] : ['in texts or settings alone']),
      ].join(', '),
    weight: ({ vendor, inCode }) => (vendor === null ? 0 : 2) + Number(inCode),
    fields: { inCode: 'in code' },
  },
  parties: {
    title: 'Code that no rule knows',
    what: ({ kind, name }) => `${kind} ${name}`,
    about: ({ version, vendor }) =>
      [
        ...(version === null ? [] : [`version ${version}`]),
        ...(vendor === null ? [] : [`by a name of ${vendor}`]),
      ].join(', '),
  },
  libraries: {
    title: 'Libraries that files of the build name',
    what: ({ id }) => id,
    about: (item) => `version ${releaseWords(item)}`,
    release: releaseWords,
  },
  runtimes: {
    title: 'Runtimes',
    what: ({ id }) => id,
    about: (item) => `version ${releaseWords(item)}`,
    release: releaseWords,
  },
  unread: {
    title: 'Not read, and could hide an SDK',
    what: ({ path }) => path,
    about: ({ format, state, reason }) => `${format}, ${state}${reason === null ? '' : `: ${reason}`}`,
  },
};

/** The groups in which something changed, in the order in which they decide; of each, what counts first. */
export function sectionsOf(difference: Difference): Section[] {
  return (Object.keys(told) as (keyof Groups)[]).flatMap((key) => {
    const section = sectionOf(key, difference);
    return section.rows.length === 0 ? [] : [section];
  });
}

const order: readonly string[] = ['new', 'worse', 'changed', 'milder', 'gone'];
const rank = ({ became }: Row) => (order.includes(became) ? order.indexOf(became) : order.length);

function sectionOf<Key extends keyof Groups>(key: Key, difference: Difference): Section {
  const { title, what, about, isNamed, weight = () => 0 } = told[key] as Told<Key>;
  const { same, changes } = difference[key];
  const rows = (changes as readonly AnyChange<Key>[]).flatMap((change) => {
    const item = change.new ?? change.old;
    if (!item) return [];
    const isChanged = change.old !== null && change.new !== null;
    const how = [
      ...(isChanged ? [differences(change, told[key] as Told<Key>)] : []),
      ...(isChanged && !isNamed ? [] : [about(item)]),
    ].join('; ');
    return [{ became: became(change), what: what(item), how, weight: weight(item) }];
  });
  return { title, same, rows: rows.sort((a, b) => rank(a) - rank(b) || b.weight - a.weight) };
}

/** `version from 3.4.0 to 4.2.6, up; presence from referenced to bundled`. */
function differences<Key extends keyof Groups>(change: AnyChange<Key>, { fields, release }: Told<Key>): string {
  const ofRelease = release ? ['versions', 'bounds'] : [];
  const [before, after] = [fieldsOf(change.old), fieldsOf(change.new)];
  // What a finding waits for is said where that alone changed: one that is decided waits for nothing.
  const isDecided = change.differs.includes('state');
  const others = change.differs.filter((field) => !ofRelease.includes(field) && !(isDecided && field === 'open'));
  const words = others.map((field) => {
    const [from, to] = [before, after].map((values) => valueWords(values.get(field)));
    return `${fields?.[field] ?? field} from ${from} to ${to}`;
  });
  if (!release || !change.old || !change.new || !change.differs.some((field) => ofRelease.includes(field))) {
    return words.join('; ');
  }
  const goes = change.goes ? `, ${change.goes}` : '';
  return [`version from ${release(change.old)} to ${release(change.new)}${goes}`, ...words].join('; ');
}

interface AnyChange<Key extends keyof Groups> {
  readonly change: ChangeKind;
  readonly old: Item<Key> | null;
  readonly new: Item<Key> | null;
  readonly differs: readonly string[];
  readonly trend?: string;
  readonly goes?: string | null;
}

function became({ change, trend }: { readonly change: ChangeKind; readonly trend?: string }): string {
  if (change === 'changed' && trend === 'worse') return 'worse';
  if (change === 'changed' && trend === 'better') return 'milder';
  return becameWords[change];
}

function fieldsOf(item: object | null): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(item ?? {}));
}

function valueWords(value: unknown): string {
  if (value === null || value === undefined) return 'not known';
  if (Array.isArray(value)) return value.length === 0 ? 'not known' : value.map(valueWords).join(' and ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([key, of]) => `${key} ${valueWords(of)}`)
    .join(', ');
}

/** The one line that answers whether it got better or worse. */
export function answer(difference: Difference): string {
  const { old, new: next, findings, sdks } = difference;
  const counts = counted(
    findings.changes.filter(({ old: a, new: b }) => (a ?? b)?.level !== 'info' || (b !== null && b.level !== 'info')),
    'finding',
  );
  const aboard = counted(sdks.changes, 'SDK');
  const verdict =
    old.verdict === next.verdict
      ? `verdict ${next.verdict}, as before`
      : `verdict from ${old.verdict} to ${next.verdict}`;
  const risk = (key: 'proven' | 'possible') =>
    old.risk[key] === next.risk[key] ? `${next.risk[key]} ${key}` : `from ${old.risk[key]} to ${next.risk[key]} ${key}`;
  return [
    counts === '' ? 'no finding changed that asks for anything' : counts,
    ...(aboard === '' ? [] : [aboard]),
    verdict,
    `risk ${risk('proven')}, ${risk('possible')}`,
  ].join('; ');
}

/** `12 new, 149 gone` of the rows of a section. */
export function countsOf(rows: readonly Row[]): string {
  return [...new Set(rows.map((row) => row.became))]
    .map((word) => `${number(rows.filter((row) => row.became === word).length)} ${word}`)
    .join(', ');
}

/** `2 findings new (up to high), 1 gone`: of what is new or worse the worst level. */
function counted(changes: readonly AnyChange<'findings' | 'sdks'>[], one: string): string {
  const by = new Map<string, { count: number; worst: number }>();
  for (const change of changes) {
    const level = change.new && 'level' in change.new ? levels.indexOf(change.new.level) : -1;
    const { count, worst } = by.get(became(change)) ?? { count: 0, worst: -1 };
    by.set(became(change), { count: count + 1, worst: Math.max(worst, level) });
  }
  const words = [...new Set([...order, ...Object.values(becameWords)])];
  return words
    .map((word) => ({ word, ...(by.get(word) ?? { count: 0, worst: -1 }) }))
    .filter(({ count }) => count > 0)
    .map(({ word, count, worst }, i) => {
      const level = word === 'new' || word === 'worse' ? levels[worst] : undefined;
      const said = `${i === 0 ? plural(count, one) : number(count)} ${word}`;
      return level === undefined ? said : `${said} (${count === 1 ? '' : 'up to '}${level})`;
    })
    .join(', ');
}

export const trendWords: Record<Difference['trend'], string> = {
  better: 'Better',
  worse: 'Worse',
  mixed: 'Better and worse',
  same: 'Neither better nor worse',
  unclear: 'Not comparable in all',
};

/** `Rooms, com.example.rooms, version 1.2 (build 3)`. */
export function sideWords({ subject, app, verdict, asOf, policy }: Difference['old']): { app: string; judged: string } {
  const build = app.build === null || app.build === app.version ? '' : ` (build ${app.build})`;
  const id = subject === 'library' ? 'a library' : (app.id ?? 'id not known');
  return {
    app: `${app.name ?? 'name not known'}, ${id}, version ${app.version ?? 'not known'}${build}`,
    judged: `${verdict} by ${policy} on ${asOf}`,
  };
}
