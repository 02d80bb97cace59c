import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { quoted, stepText } from '../../src/render/step.ts';
import { columns } from '../../src/render/text/safety.ts';
import { gate } from '../../src/report/gate.ts';
import { coverageReasons, type Report } from '../../src/types.ts';
import { attacked, attacks } from './attacks.ts';
import { report } from './fixture.ts';

const again = 'waybill scan chat.ipa --full';
const around = { file: 'chat.ipa', again };
const whole: Report = { ...report, coverage: [], complete: true, verdict: 'review' };
const unread: Report = {
  ...{ ...report, findings: [] },
  coverage: coverageReasons.map((reason) => ({
    ...{
      path: `lib/${reason}.so`,
      format: 'elf',
      state: 'unreadable',
      offset: null,
      detail: '',
      matters: true,
      reason,
    },
  })),
};
const linesOf = (text: string) => text.trimEnd().split('\n');

describe('what a step prints', () => {
  it('is title, remedy and command of each finding that fails', () => {
    const text = stepText(whole, { ...around, report: 'r.json' });
    expect(text).toMatch(/^waybill: chat\.ipa: REVIEW, exit code 1: 1 finding fails the gate$/m);
    expect(text).toMatch(/^ {2}HIGH user ID without transport encryption, for Agora$/m);
    expect(text).toMatch(/^ {4}do +Move to a release of Agora RTC that uses TLS for every request\.$/m);
    expect(text).toMatch(/^ {4}more +waybill explain identifiers-in-clear\/agora\/user-id --report r\.json$/m);
    expect(text).toMatch(/^ {2}all of it +waybill scan chat\.ipa --full$/m);
  });

  it('names each reason for which bytes were not read, what to do, and what accepts it', () => {
    const text = stepText(unread, around);
    expect(text).toMatch(/exit code 2: what could hide an SDK was not read$/m);
    for (const reason of coverageReasons.slice(0, 5)) expect(text).toContain(`To accept it: --accept ${reason}\n`);
    const accept = coverageReasons.filter((reason) => reason !== 'encrypted');
    const left = stepText(unread, { ...around, accept, gate: gate(unread, { accept }) });
    expect(left.match(/--accept /g)).toHaveLength(2);
    expect(left).toContain('--accept encrypted');
    // A weak sign is accepted by nothing.
    expect(left).toContain('sign of PubNub, which bytes that were not read could settle');
  });

  it('repeats the verdict where nothing fails', () => {
    const passed = gate(whole, { failOn: 'none' });
    expect(stepText(whole, { ...around, gate: passed })).toBe(
      'waybill: chat.ipa: REVIEW, exit code 0: there are findings for a person to weigh\n',
    );
    expect(stepText(whole, { ...around, gate: passed, brief: true })).toBe('');
  });

  it('is one line with the reason where it is to be brief', () => {
    for (const of of [whole, unread]) {
      const lines = linesOf(stepText(of, { ...around, brief: true }));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/exit code [12]: .*; do: .* More: waybill scan chat\.ipa --full$/);
    }
  });

  it('says what to do once, and counts findings beyond the first', () => {
    const [first] = report.findings;
    const findings = Array.from({ length: 12 }, (_, i) => ({ ...first!, id: `a/${i}`, title: `Finding ${i}` }));
    const text = stepText({ ...whole, findings }, around);
    expect(text.match(/^ {2}HIGH /gm)).toHaveLength(5);
    expect(text.match(/^ {4}do /gm)).toHaveLength(1);
    expect(text).toMatch(/^ {2}\+ 7 more$/m);
  });

  it('wraps to the width that it is given', () => {
    for (const width of [60, 80]) {
      for (const of of [whole, unread]) {
        for (const line of linesOf(stepText(of, { ...around, width })))
          expect(columns(line), line).toBeLessThanOrEqual(width);
      }
    }
  });

  it.each(Object.entries(attacks))('an app cannot break it with %s', (_name, attack) => {
    for (const all of [false, true]) {
      const hostile = attacked(report, attack, all);
      for (const brief of [false, true]) {
        const text = stepText(hostile, { file: attack, again: quoted(attack), report: quoted(attack), brief });
        expect(text).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}]/u);
        expect(linesOf(text).every((line) => /^(waybill: | {2})/.test(line))).toBe(true);
      }
    }
  });
});

it.skipIf(process.platform === 'win32')('a word is one word to a shell, whatever stands in it', () => {
  for (const word of ['app.apk', 'my app.apk', "it's", '$(id)', '`id`', 'a"b', ';&|<>*?~#!', '-x', 'a\nb', '']) {
    expect(execFileSync('sh', ['-c', `printf %s ${quoted(word)}`], { encoding: 'utf8' })).toBe(word);
  }
});
