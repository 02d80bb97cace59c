import { describe, expect, it } from 'vitest';
import { loadRules } from '../src/index.ts';
import { codeLines } from '../src/judge/code-lines.ts';
import { isOfRelease } from '../src/trace/release.ts';

const control = (id: string) =>
  loadRules()
    .sdks.get('agora-rtc')!
    .controls.find((each) => each.id === id)!;
const lines = (id: string, version: string | null, from: string | null = null, before: string | null = null) =>
  codeLines(control(id), { version, versionBounds: { from, before, clues: [] } });

describe('the line of code that switches a control on', () => {
  it('is that of the release aboard, and the best that the release has', () => {
    expect(lines('media-encryption', '4.2.6')).toEqual([expect.stringContaining('encryptionKdfSalt')]);
    expect(lines('media-encryption', '3.7.0')).toEqual([expect.stringMatching(/before 3\.4\.5 there is no GCM2/)]);
    // An old scheme, where there is no other.
    expect(lines('media-encryption', '2.0.2')).toEqual([expect.stringContaining('setEncryptionSecret')]);
    expect(lines('media-encryption', '1.9')).toEqual([]);
  });

  it('is each with its releases where no version was read, within what bounds it', () => {
    expect(lines('token', null)).toEqual([
      expect.stringContaining('(2.0 or later and before 4.0)'),
      expect.stringContaining('(4.0 or later)'),
    ]);
    expect(lines('token', null, '4.0')).toEqual([expect.stringContaining('(4.0 or later)')]);
    expect(lines('token', null, null, '4.0')).toEqual([expect.stringContaining('before 4.0')]);
  });
});

describe('what is so of some releases', () => {
  const row = { since: '3.1', until: '4.0' };

  it.each([
    ['3.1', true],
    ['3.1.0', true],
    ['3.10', true],
    ['3.0.9', false],
    ['4.0', false],
    ['4', false],
    ['v3.5-beta', true],
    ['beta', true],
    [null, true],
  ])('of %s: %s', (version, is) => {
    expect(isOfRelease(row, version)).toBe(is);
  });

  it('by bounds where no version was read: what touches none of them is not', () => {
    expect(isOfRelease(row, null, { from: '4.0', before: null })).toBe(false);
    expect(isOfRelease(row, null, { from: null, before: '3.1' })).toBe(false);
    expect(isOfRelease(row, null, { from: '3.9', before: '4.2' })).toBe(true);
  });
});
