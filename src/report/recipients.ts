import { order } from '../order.ts';
import type { Receiver, TracedFlow } from '../trace/flow.ts';
import { unknownRecipient } from '../trace/recipients.ts';
import type { Finding, Flow, Recipient, Report } from '../types.ts';

/** Flows as a report has them, and each recipient that they or the findings name, once and by id. */
export function withRecipients(
  flows: readonly TracedFlow[],
  findings: readonly Finding[],
): Pick<Report, 'flows' | 'recipients'> {
  const recipients = new Map<string, Recipient>();
  const referred = flows.map((flow): Flow => {
    const recipient = asReported(flow.recipient);
    recipients.set(recipient.id, recipient);
    return { ...flow, recipient: recipient.id };
  });
  // A finding may be about several that are not known, none of which is this one.
  const isOpen = findings.some(({ recipient }) => recipient === unknownRecipient.id);
  if (isOpen) recipients.set(unknownRecipient.id, asReported(unknownRecipient));
  return { flows: referred, recipients: [...recipients.values()].sort((a, b) => order(a.id, b.id)) };
}

function asReported({ id, alias, kind, name, countries, countriesComplete }: Receiver): Recipient {
  return { id: alias === undefined ? id : `${id}:${alias}`, kind, name, countries, countriesComplete };
}
