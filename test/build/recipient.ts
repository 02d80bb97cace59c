import type { Flow, Recipient, Report } from '../../src/index.ts';

/** Whom a flow of a report goes to. */
export function recipientOf({ recipients }: Report, flow: Flow): Recipient {
  const found = recipients.find(({ id }) => id === flow.recipient);
  if (!found) throw new Error(`no recipient ${flow.recipient} in the report`);
  return found;
}
