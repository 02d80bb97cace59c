import type { AndroidFacts, ExportedComponent, Report } from '../../types.ts';
import { dim, type Inline, indented, type Line, labelled, wrap } from './layout.ts';
import { vendorsOf } from './sdks.ts';
import { table } from './table.ts';
import { cutTo, heading, name, number } from './words.ts';

const SHOWN = 20;
const NAMED = 12;
const LABEL = 11;

/** What Android lets other apps start, what runs before the app, and which others it asks to see. */
export function surfaceSection(report: Report, width: number): Line[] {
  const facts = report.bundle.units.flatMap(({ app }) => app.android ?? []);
  const exported = facts.flatMap((each) => each.exported);
  const more = facts.reduce((sum, each) => sum + each.moreExported, 0);
  const lists = facts.flatMap((each) => listLines(each, width - 2));
  if (exported.length + lists.length === 0) return [];
  const known = vendorsOf(report);
  const nameOf = (vendor: string | null) => (vendor === null ? dim('') : (known.get(vendor)?.name ?? vendor));
  // Those of vendors first: the app's own it knows of.
  const sorted = [...exported].sort((a, b) => Number(a.vendor === null) - Number(b.vendor === null));
  const { shown, more: rest } = cutTo(sorted, SHOWN);
  const rows = shown.map((each): { cells: Inline[] } => ({
    cells: [name(each.name), each.kind, nameOf(each.vendor), permissionOf(each)],
  }));
  const total = number(exported.length + more);
  return [
    heading('OPEN TO OTHER APPS', `${total} ${exported.length + more === 1 ? 'component' : 'components'}`),
    ...(rows.length > 0 ? indented(table(['Component', 'Kind', 'Vendor', 'Needs'], rows, width - 2), 2) : []),
    ...(rest ? indented(wrap(rest, width - 2), 2) : []),
    ...indented(lists, 2),
  ];
}

const permissionOf = ({ permission }: ExportedComponent): Inline =>
  permission === null ? dim('nothing') : name(permission.replace(/^android\.permission\./, ''));

function listLines({ initialisers, queries, moreQueries }: AndroidFacts, width: number): Line[] {
  const listed = (label: string, all: readonly string[], rest: number) => {
    if (all.length === 0) return [];
    const { shown } = cutTo(all, NAMED);
    const left = all.length - shown.length + rest;
    const tail = left === 0 ? '' : ` and ${number(left)} more`;
    return labelled(label, `${shown.map(name).join(', ')}${tail}`, width, LABEL);
  };
  return [...listed('at start', initialisers, 0), ...listed('looks for', queries, moreQueries)];
}
