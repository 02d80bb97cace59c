import type { NamedLibrary, Report, RuntimeAboard, Unidentified, UnidentifiedKind } from '../../types.ts';
import { placed } from './hosts.ts';
import { dim, type Inline, indented, type Line, type Span, span, wrap } from './layout.ts';
import { areFor } from './permissions.ts';
import { cutTo, heading, name, number, placeOf, plural, size } from './words.ts';

const SHOWN = 20;
const HOSTS_SHOWN = 3;
const RUNTIMES_SHOWN = 12;

/** In the order in which they are listed. */
const kinds: readonly UnidentifiedKind[] = [
  'library',
  'framework',
  'module',
  'classes',
  'package',
  'script',
  'content',
];

const countedInTypes: readonly UnidentifiedKind[] = ['package', 'classes', 'module'];

/** Code that no rule knows: an SDK could be in it. Then what is known to be a runtime, and what the build itself names. */
export function partySections(report: Report, width: number): Line[][] {
  return [
    unidentifiedSection(report, width),
    runtimeSection(report.runtimes, width),
    librarySection(report.libraries, width),
  ];
}

function unidentifiedSection({ unidentified, vendors }: Report, width: number): Line[] {
  if (unidentified.length === 0) return [heading('UNIDENTIFIED CODE', 'none')];
  const sorted = [...unidentified].sort(
    (a, b) =>
      kinds.indexOf(a.kind) - kinds.indexOf(b.kind) ||
      Number(b.hosts.length > 0) - Number(a.hosts.length > 0) ||
      b.size - a.size,
  );
  const opaque = unidentified.filter(({ kind }) => kind === 'content').length;
  const named = unidentified.filter(({ vendor }) => vendor !== null).length;
  const { shown, more } = cutTo(sorted, SHOWN);
  const rows = shown.map((item) => ({
    cells: [
      item.kind,
      `${name(item.name)}${item.version === null ? '' : ` ${name(item.version)}`}`,
      countedInTypes.includes(item.kind) ? plural(item.size, 'type') : size(item.size),
      hostsCell(item.hosts),
    ],
    last: pathsInline(item),
    below: whoLines(item, vendors.find(({ id }) => id === item.vendor)?.name ?? item.vendor, width - 4),
  }));
  return [
    heading(
      opaque === 0 ? 'UNIDENTIFIED CODE' : 'UNIDENTIFIED CODE AND CONTENT',
      `${number(unidentified.length)} that no rule knows${named === 0 ? '' : `, ${number(named)} of them by name of a vendor that is known`}; could hold an SDK`,
    ),
    ...indented(placed(['Kind', 'Name', 'Size', 'Hosts it holds', 'Where'], rows, width - 2), 2),
    ...(more ? indented(wrap(more, width - 2), 2) : []),
  ];
}

/** Whose name it bears, its own id, who loads it and what it alone can use, where any is known. */
function whoLines(item: Unidentified, vendor: string | null, width: number): Line[] {
  const { kind, id, referrers, moreReferrers, onlyUserOf } = item;
  const rest = moreReferrers > 0 ? ` and ${number(moreReferrers)} more` : '';
  const parts = [
    ...(vendor === null ? [] : [`bears a name of ${name(vendor)}`]),
    ...(id === null ? [] : [`id ${name(id)}`]),
    ...(referrers.length === 0
      ? []
      : [`${kind === 'content' ? 'named in' : 'loaded by'} ${referrers.map(name).join(', ')}${rest}`]),
    ...(onlyUserOf.length === 0 ? [] : [`only its code refers to what ${areFor(onlyUserOf)}`]),
  ];
  return parts.length === 0 ? [] : wrap(dim(parts.join('; ')), width);
}

function pathsInline({ paths, more }: Unidentified): Span[] {
  const [first] = paths;
  if (first === undefined) return [dim('-')];
  const rest = paths.length - 1 + more;
  return [span(name(first), 'cyan'), ...(rest > 0 ? [dim(` + ${number(rest)} more`)] : [])];
}

function hostsCell(hosts: readonly string[]): Inline {
  if (hosts.length === 0) return dim('none found');
  const rest = hosts.length - HOSTS_SHOWN;
  return [hosts.slice(0, HOSTS_SHOWN).map(name).join(', '), ...(rest > 0 ? [dim(` + ${number(rest)} more`)] : [])];
}

function runtimeSection(runtimes: readonly RuntimeAboard[], width: number): Line[] {
  if (runtimes.length === 0) return [];
  const { shown, more } = cutTo(runtimes, RUNTIMES_SHOWN);
  const list = shown.map(({ name: called, version, by }) => {
    return `${name(called)}${version === null ? '' : ` ${name(version)}`} (${name(by)})`;
  });
  return [
    heading('RUNTIMES', `${number(runtimes.length)} of platforms and languages, by name`),
    ...indented(wrap([list.join('; '), ...(more ? [`; ${more}`] : [])], width - 2), 2),
  ];
}

function librarySection(libraries: readonly NamedLibrary[], width: number): Line[] {
  if (libraries.length === 0) return [];
  const { shown, more } = cutTo(libraries, SHOWN);
  const rows = shown.map((library) => ({
    cells: [name(library.name), library.version === null ? dim('not said') : name(library.version)],
    last: [span(placeOf(library.evidence), 'cyan')],
    below: [],
  }));
  return [
    heading('LIBRARIES', `${number(libraries.length)} that the build names`),
    ...indented(placed(['Name', 'Version', 'Named at'], rows, width - 2), 2),
    ...(more ? indented(wrap(more, width - 2), 2) : []),
  ];
}
