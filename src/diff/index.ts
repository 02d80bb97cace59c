import type { Report } from '../types.ts';
import { compare, withGoes } from './compare.ts';
import { compareFindings, overallTrend } from './findings.ts';
import * as items from './items.ts';
import { absenceBy, areDocumentsRead, isRead } from './read.ts';
import { isJudgedAlike, remarksOn, sideOf } from './remarks.ts';
import type { Difference, SdkItem } from './shape.ts';

export type { Difference } from './shape.ts';

/**
 * What changed between two reports, of two releases of an app as a rule; two apps can be compared as well. Pure: made of
 * what the reports say, and the same backwards with old and new exchanged, but for what cannot be called better.
 */
export function diff(old: Report, next: Report): Difference {
  const [isOldRead, isNewRead] = [isRead(old, next), isRead(next, old)];
  const unread = absenceBy(isOldRead, isNewRead);
  const certain = absenceBy(true, true);
  const documents = absenceBy(areDocumentsRead(old), areDocumentsRead(next));
  const families = items.familiesOf(old, next);
  const familyOf = ({ id }: SdkItem) => families.get(id) ?? id;
  const remarks = remarksOn(old, next);
  const findings = compareFindings(old, next);
  return {
    schema: '1.0.0',
    // What was left unread in both alike hides as much in the one as in the other, and may still hide what came.
    trend: overallTrend(findings.changes, isJudgedAlike(remarks) && (isNewRead || !isOldRead)),
    old: sideOf(old),
    new: sideOf(next),
    remarks,
    findings,
    sdks: withGoes(compare(items.sdkItems(old), items.sdkItems(next), unread, familyOf), (item) => item),
    flows: compare(items.flowItems(old), items.flowItems(next), unread, items.flowRoute),
    controls: compare(items.controlItems(old), items.controlItems(next), unread),
    permissions: compare(items.permissionItems(old), items.permissionItems(next), documents),
    endpoints: compare(items.endpointItems(old), items.endpointItems(next), unread),
    parties: withGoes(compare(items.partyItems(old), items.partyItems(next), unread), ({ version }) => ({
      versions: version === null ? [] : [version],
    })),
    libraries: withGoes(compare(items.libraryItems(old), items.libraryItems(next), unread), (item) => item),
    runtimes: withGoes(compare(items.runtimeItems(old), items.runtimeItems(next), unread), (item) => item),
    unread: compare(items.gapItems(old), items.gapItems(next), certain),
  };
}
