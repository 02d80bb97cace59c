import type { Format, Report } from '../types.ts';
import type { Absence } from './compare.ts';

/** What of a report was cut short although no SDK hides behind it. */
const kept: readonly Format[] = ['features', 'endpoints', 'report'];
/** What permissions are read from. */
const documents: readonly Format[] = ['manifest', 'plist', 'report'];

/** Whether everything was read in a report that the other one, of whose depth it need not be, may have found. */
export function isRead({ complete, depth, coverage }: Report, other: Report): boolean {
  const isAsDeep = depth === 'deep' || depth === other.depth;
  return complete && isAsDeep && !coverage.some(({ format, state }) => state !== 'read' && kept.includes(format));
}

export function areDocumentsRead({ coverage }: Report): boolean {
  return !coverage.some(({ format, state }) => state !== 'read' && documents.includes(format));
}

/** What is missing where not all was read may have been there: it is neither new nor gone. */
export function absenceBy<Item>(isOldRead: boolean, isNewRead: boolean): Absence<Item> {
  return {
    added: () => (isOldRead ? 'added' : 'unread-old'),
    removed: () => (isNewRead ? 'removed' : 'unread-new'),
  };
}
