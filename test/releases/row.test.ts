import { describe, expect, it } from 'vitest';
import { buildElf } from '../build/elf.ts';
import { scan } from '../build/verified.ts';
import type { Contents } from './contents.ts';
import { bundleOf } from './forms.ts';
import { isMiss, rowOf } from './row.ts';

const library = buildElf({ soname: 'libtwilio_video_android_so.so', exports: ['an_export'], needed: [] });
const contents: Contents = {
  jars: [],
  files: new Map([['lib/arm64-v8a/libtwilio_video_android_so.so', library]]),
  keep: [],
  isIos: false,
};
const started = buildElf({ soname: 'libx.so', rodata: ['Starting VoxImplant SDK (Version %s)', '3.0.0.100', 'other'] });

describe('what a release gives', () => {
  it('plain: found by the names of its library', async () => {
    const report = await scan(bundleOf(contents, 'plain', [])!);
    const row = rowOf(report, 'plain', { sdk: 'twilio-video', version: '5.6.0' });
    expect(row).toMatchObject({ found: 'right', version: 'null', others: '' });
    expect(isMiss(row)).toBe(false);
    const other = rowOf(report, 'plain', { sdk: 'twilio-voice', version: '5.6.0' });
    expect(other).toMatchObject({ found: 'no', version: '', others: 'twilio-video' });
    expect(isMiss(other)).toBe(true);
  });

  it('renamed: neither file name nor SONAME is left', async () => {
    const report = await scan(bundleOf(contents, 'renamed', [])!);
    const row = rowOf(report, 'renamed', { sdk: 'twilio-video', version: '5.6.0' });
    expect(row.found).toBe('no');
    expect(isMiss(row)).toBe(true);
  });

  it('another version than it has is the worst', async () => {
    const files = new Map([['lib/arm64-v8a/libx.so', started]]);
    const report = await scan(bundleOf({ ...contents, files }, 'plain', [])!);
    const of = (version: string) => rowOf(report, 'plain', { sdk: 'voximplant', version });
    expect(of('3.0.0.100').version).toBe('right');
    expect(of('3.0.0.101')).toMatchObject({ version: 'WRONG 3.0.0.100' });
    expect(isMiss(of('3.0.0.101'))).toBe(true);
  });
});
