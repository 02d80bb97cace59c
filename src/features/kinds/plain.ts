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

export const text: ContentKind = { ...searched, is: isText };

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
