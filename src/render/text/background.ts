import type { Report } from '../../types.ts';
import { indented, type Line, wrap } from './layout.ts';
import type { Sources } from './sources.ts';
import { heading, plural } from './words.ts';

/** What was reported about other apps: a line each, in full by `waybill explain`. */
export function backgroundSection(report: Report, sources: Sources, width: number): Line[] {
  const { background } = report;
  if (background.length === 0) return [];
  const nameOf = (id: string) => report.vendors.find((vendor) => vendor.id === id)?.name ?? id;
  return [
    heading('BACKGROUND', 'reported about other apps; no ground of a finding'),
    ...background.flatMap(({ vendor, about, published, says, source, disputed }) => {
      const objections = disputed.map(({ says: objection }) => `; ${objection.replace(/\.$/, '')}`).join('');
      const line = `${about}, ${published}, on ${nameOf(vendor)}: ${plural(says.length, 'statement')}${objections}. In full: waybill explain ${vendor}`;
      return indented(wrap([line, sources.cite(source)], width - 2), 2);
    }),
  ];
}
