import type { EntityFact, Flow, Recipient } from '../types.ts';

/** Who gets data, with the companies behind: what a report says once in `vendors`. */
export interface Receiver extends Omit<Recipient, 'id'> {
  /** Vendor id, `first-party` or `unknown`: findings and ids of flows tell no unknown ones apart. */
  readonly id: string;
  /** Of an unknown one, what tells it apart from others in the report. */
  readonly alias?: string | undefined;
  /** Contracting entity first. */
  readonly entities: readonly EntityFact[];
}

/** A flow as it is judged: a report has the recipient's id in its place. */
export interface TracedFlow extends Omit<Flow, 'recipient'> {
  readonly recipient: Receiver;
}
