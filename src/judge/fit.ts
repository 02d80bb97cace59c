import type { Rules } from '../rules/schema.ts';
import { type categories, type DataKind, dataKinds } from '../types.ts';
import { list } from './words.ts';

/** Words of a finding that hang on what an SDK is for and on the data at hand: a push service carries no calls. */

type Category = (typeof categories)[number];

const purposes: Record<Category, string> = {
  'real-time': 'carrying a call',
  messaging: 'carrying messages',
  push: 'delivering a push message',
  'media-engine': 'carrying live media',
};

const rooms: Record<Category, string> = {
  'real-time': 'room',
  messaging: 'conversation',
  push: 'topic',
  'media-engine': 'session',
};

/** What a recipient can do without, and how; null where the service is not to be had without. */
const spared: Record<DataKind, string | null> = {
  microphone: 'the key of end-to-end encrypted media',
  camera: 'the key of end-to-end encrypted media',
  screen: 'the key of end-to-end encrypted media',
  messages: 'the key of end-to-end encrypted messages',
  'user-id': 'identifiers that lead to people outside of the app',
  'room-id': 'identifiers that lead to people outside of the app',
  'device-ids': 'identifiers of the device',
  // Whoever answers at all sees the address.
  'network-info': null,
  location: 'the place of the device',
};

/** What the SDKs of a finding are for. */
export function purposeOf(sdks: readonly string[], rules: Rules): string {
  return each(sdks, rules, purposes, 'what it is for');
}

/** What people are together in. */
export function roomOf(sdks: readonly string[], rules: Rules): string {
  return each(sdks, rules, rooms, 'room');
}

function each(sdks: readonly string[], rules: Rules, words: Record<Category, string>, none: string): string {
  const known = sdks.flatMap((id) => rules.sdks.get(id)?.category ?? []);
  return (
    [...new Set(known)]
      .sort()
      .map((category) => words[category])
      .join(' or ') || none
  );
}

/** What of this data to keep from a recipient. */
export function spareOf(data: readonly DataKind[]): string {
  const words = dataKinds.flatMap((kind) => (data.includes(kind) ? (spared[kind] ?? []) : [])) as string[];
  return words.length === 0 ? 'what it need not have' : `what it need not have (${list([...new Set(words)])})`;
}
