import type { Category, Rules } from '../rules/schema.ts';
import { type categories, type DataKind, dataKinds } from '../types.ts';
import { list } from './words.ts';

/** Words of a finding that hang on what an SDK is for and on the data at hand: a push service carries no calls. */

/** Of the categories that ship. */
const shipped: Readonly<Record<(typeof categories)[number], Pick<Category, 'purpose' | 'room'>>> = {
  'real-time': { purpose: 'carrying a call', room: 'room' },
  messaging: { purpose: 'carrying messages', room: 'conversation' },
  push: { purpose: 'delivering a push message', room: 'topic' },
  'media-engine': { purpose: 'carrying live media', room: 'session' },
};
const words = new Map<string, Pick<Category, 'purpose' | 'room'>>(Object.entries(shipped));

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
  return each(sdks, rules, 'purpose') || 'what it is for';
}

/** What people are together in. */
export function roomOf(sdks: readonly string[], rules: Rules): string {
  return each(sdks, rules, 'room') || 'room';
}

function each(sdks: readonly string[], rules: Rules, word: 'purpose' | 'room'): string {
  const known = [...new Set(sdks.flatMap((id) => rules.sdks.get(id)?.category ?? []))].sort();
  return known.flatMap((id) => (words.get(id) ?? rules.categories.get(id))?.[word] ?? []).join(' or ');
}

/** What of this data to keep from a recipient. */
export function spareOf(data: readonly DataKind[]): string {
  const words = dataKinds.flatMap((kind) => (data.includes(kind) ? (spared[kind] ?? []) : [])) as string[];
  return words.length === 0 ? 'what it need not have' : `what it need not have (${list([...new Set(words)])})`;
}
