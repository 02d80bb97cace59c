import { begins } from '../../formats/magic.ts';
import type { ContentKind } from './kind.ts';

const searched = {
  platform: null,
  isCode: false,
  isNative: false,
  isSearched: true,
  read: 'every byte, for strings',
  how: 'searched',
} as const;

export const empty: ContentKind = { ...searched, is: (head) => head.length === 0 };

export const text: ContentKind = { ...searched, is: (head) => isText(head) || isRamBundle(head) };

/** What no other kind is. */
export const data: ContentKind = {
  ...searched,
  is: () => true,
  atStandard: 'content of no known kind was not read at depth standard',
};

/** A plain loop: thousands of small entries pass here. */
function isText(head: Uint8Array): boolean {
  const length = Math.min(head.length, 512);
  for (let i = 0; i < length; i++) {
    const c = head[i]!;
    if (c < 32 && c !== 9 && c !== 10 && c !== 13) return false;
  }
  return true;
}

/**
 * JavaScript of React Native in modules, parted by NULs behind a table of numbers ("indexed RAM bundle": ModuleRegistry's
 * JSIndexedRAMBundle.cpp of react-native@0.64.4, seen 2026-11-26): it reads like a script without its table.
 */
function isRamBundle(head: Uint8Array): boolean {
  return begins(head, [0xe5, 0xd1, 0x0b, 0xfb]);
}
