import { describe, expect, it } from 'vitest';
import { joinOf, render } from '../../src/render/index.ts';
import { columns } from '../../src/render/text/safety.ts';
import { gate } from '../../src/report/gate.ts';
import { type Coverage, coverageReasons, type Finding, type Report, type Waiver } from '../../src/types.ts';
import { emptyReport, hostileReport, report } from './fixture.ts';

const widths = [60, 80, 100, 120];
const summary = (of: Report, width = 80) => render(of, 'summary', { width });
const linesOf = (output: string) => output.trimEnd().split('\n');
const flat = (output: string) => output.replace(/\s+/g, ' ');

/** As many as asked for, each with words of its own. */
const copies = (finding: Finding, count: number, change: Partial<Finding> = {}): Finding[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{ ...finding, ...change },
    id: `${finding.rule}/vendor-${finding.state}-${i}`,
    title: `Vendor ${i} can learn who is in which room, as far as this build shows it`,
    remedy: { maker: `Pass vendor ${i} other identifiers.`, reviewer: `"Please show what vendor ${i} gets."` },
  }));
const [held, , asked] = report.findings as [Finding, Finding, Finding];
const sdks = (count: number): Report['detections'] =>
  Array.from({ length: count }, (_, i) => ({ ...report.detections[0]!, sdk: `sdk-${i}`, name: `Maker ${i} SDK` }));
const gaps: Coverage[] = coverageReasons.flatMap(
  (reason) =>
    [0, 1, 2].map((i) => ({
      ...{ path: `lib/arm64-v8a/lib${reason}-${i}.so`, format: 'elf', state: 'unreadable', offset: null, detail: 'x' },
      ...{ reason, matters: true },
    })) as Coverage[],
);

const cases: Record<string, Report> = {
  'one of everything': report,
  'no app, no SDK, no finding': emptyReport,
  'hostile text': hostileReport,
  'thirty SDKs': { ...report, detections: sdks(30) },
  'many findings': { ...report, findings: [...copies(held, 25), ...copies(asked, 25)] },
  'many of everything': {
    ...{ ...report, detections: sdks(40), coverage: gaps, complete: false, verdict: 'inconclusive' },
    findings: [...copies(held, 60), ...copies(asked, 60)],
  },
  'long names': {
    ...report,
    bundle: { ...report.bundle, app: { ...report.bundle.app, name: 'n'.repeat(5000), id: 'com.'.repeat(900) } },
    detections: report.detections.map((each) => ({ ...each, name: '漢字'.repeat(400), version: '1.'.repeat(900) })),
    findings: report.findings.map((each) => ({ ...each, title: 'wide '.repeat(900), id: 'x/'.repeat(900) })),
  },
};

describe('the first screen', () => {
  it.each(Object.entries(cases))('has 40 lines at most, and none wider than the terminal: %s', (_name, of) => {
    const waivers: Waiver[] = of.findings.slice(0, 9).map(({ id }) => {
      return { finding: id, reason: 'because '.repeat(90), by: 'me '.repeat(90), expires: '9999-01-01' };
    });
    for (const width of widths) {
      for (const decided of [gate(of), gate(of, { waivers })]) {
        const lines = linesOf(render(of, 'summary', { width, gate: decided }));
        expect(lines.length).toBeLessThanOrEqual(40);
        for (const line of lines) expect(columns(line), line).toBeLessThanOrEqual(width);
      }
    }
  });

  it.each(Object.entries(cases))('cuts nothing in silence: %s', (_name, of) => {
    for (const width of widths) {
      const text = summary(of, width);
      const shown = text.match(/^[! ] (INFO|LOW|MEDIUM|HIGH|CRITICAL) /gm)?.length ?? 0;
      const left = [...text.matchAll(/^ {2}\+ ([\d,]+) more: \d+ [a-z]+/gm)].map(([, count]) => Number(count));
      expect(shown + left.reduce((sum, count) => sum + count, 0)).toBe(of.findings.length);
      const rows = linesOf(text.slice(text.indexOf('\nSDKS')))
        .slice(3)
        .findIndex((line) => !/^ {2}\S/.test(line) || /^ {2}\+/.test(line));
      const others = Number(/^ {2}\+ (\d+) more \(-o text\)/m.exec(text)?.[1] ?? 0);
      if (of.detections.length > 0) expect(rows + others).toBe(of.detections.length);
    }
  });

  it('says the app by name, the verdict, what was known, SDKs, what to do, what is open, and where more is', () => {
    const text = flat(summary(report));
    for (const part of [
      'App Chat 0.1.27 (build 297), com.example.chat, iOS',
      'Verdict INCONCLUSIVE: bytes that could change the answer were not read',
      '2 hold (1 high, 1 medium), 1 asked (1 medium)',
      'Known operator Example Co.',
      'SDK Version Company Country Presence Agora RTC 3.1.2 Agora China',
      '! HIGH user ID without transport encryption, for Agora Do: Move to a release of Agora RTC',
      'Agora receives personal data and is under the law of China (CN) (documented)',
      'Not known',
      'More --full all grounds',
      'waybill explain identifiers-in-clear/agora/user-id',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('Not known from this bundle');
  });

  it('keeps what holds apart from what is asked, and puts first what fails', () => {
    const text = summary({ ...report, findings: [asked, ...copies(held, 1, { level: 'low' }), held] });
    const [holds = '', rest = ''] = text.split('\nASKED  1');
    expect(holds).toMatch(/^! HIGH .*\n(?:.*\n)*? {2}LOW /m);
    expect(rest).toMatch(/^ {2}MEDIUM +Is microphone audio encrypted/m);
    expect(rest).not.toMatch(/^! /m);
  });

  it('leaves out what decides nothing before what does', () => {
    const low = copies(held, 30, { level: 'low' });
    const text = summary({ ...report, findings: [...low, ...copies(held, 3, { level: 'medium' })] });
    expect(text.match(/^ {2}MEDIUM .*\n(?: {11}\S.*\n)*? {11}Do: /gm)).toHaveLength(3);
    expect(text).toMatch(/^ {2}\+ \d+ more: \d+ low \(-o text\)$/m);
  });

  it('names what decides before questions on which nothing stands', () => {
    const findings = [...copies(held, 6, { level: 'medium' }), ...copies(asked, 20, { level: 'info' })];
    const text = summary(
      { ...report, detections: sdks(3), coverage: [], complete: true, verdict: 'review', findings },
      60,
    );
    expect(text.match(/^ {2}MEDIUM /gm)).toHaveLength(6);
    expect(text).toMatch(/^ASKED {2}20.*\n(?:.*\n)*? {2}\+ \d+ more: \d+ info \(-o text\)$/m);
  });

  it('tells SDKs apart at 60 columns: countries by code, a sign by its word, the name last to be cut', () => {
    const [sdk] = sdks(1);
    const detections = [
      { ...sdk!, name: 'Vonage Video (OpenTok)', version: null, versionBounds: null, presence: ['bundled'] as const },
      {
        ...{ ...sdk!, name: 'Vonage Video (OpenTok) for the web', scored: false },
        ...{ version: null, versionBounds: null, presence: ['referenced', 'bundled'] as const },
      },
    ];
    const vendors = report.vendors.map((vendor) => ({ ...vendor, name: 'A company of a long name' }));
    const rows = (width: number) => summary({ ...report, vendors, detections }, width).match(/^ {2}Vonage.*$/gm)!;
    const [first, second] = rows(60) as [string, string];
    expect(first).toMatch(/^ {2}Vonage Video +not known +A\S*.* +CN \+2 +bundled$/);
    expect(second).toMatch(/^ {2}Vonage Video\.\.\. +not known +A\S*.* +CN \+2 +a sign$/);
    expect(rows(140)[1]).toMatch(/ for the web +.* a sign alone: referenced, bundled$/);
    const of = (presence: Report['detections'][number]['presence']) =>
      summary({ ...report, vendors, detections: [{ ...detections[0]!, presence }] }, 60);
    expect(of(['bundled', 'referenced'])).toMatch(/^ {2}Vonage.* bundled$/m);
    expect(of(['bundled', 'reachable', 'referenced'])).toMatch(/^ {2}Vonage.* reachable$/m);
  });

  it('names a command that can be typed, at any width', () => {
    const id = 'identifiers-in-clear/agora/a-host-of-the-app-that-is-long.example';
    const findings = [{ ...held, id }];
    expect(summary({ ...report, findings }, 100)).toContain(`waybill explain ${id}`);
    expect(summary({ ...report, findings }, 60)).toMatch(/waybill explain identifiers-in-clear or any word/);
  });

  it('says bytes that were not read first, where they decide', () => {
    const open = summary(report);
    expect(open.indexOf('NOT READ')).toBeLessThan(open.indexOf('HOLDS'));
    expect(summary({ ...report, coverage: [], complete: true, verdict: 'review' })).toContain(
      'Not read   nothing that could hide an SDK',
    );
    expect(summary({ ...report, coverage: gaps })).toMatch(/^NOT READ {2}21 places that could hide an SDK/m);
  });

  it('says once what is to be done about several', () => {
    const same = copies(held, 3).map((each) => ({ ...each, remedy: held.remedy }));
    expect(summary({ ...report, findings: same }).match(/Do: /g)).toHaveLength(1);
  });

  it('shows what was waived apart, by whom and until when, and says the verdict that is left', () => {
    const waivers: Waiver[] = [{ finding: held.id, reason: 'Own relay', by: 'a@b.example', expires: '2030-01-01' }];
    const text = render(report, 'summary', { width: 120, gate: gate(report, { waivers }) });
    expect(text).toMatch(/^WAIVED {2}1$/m);
    expect(text).toContain('until 2030-01-01, by a@b.example: Own relay');
    expect(text).toContain('1 holds (1 medium), 1 asked (1 medium)');
    expect(text.match(/user ID without transport encryption/g)).toHaveLength(1);
  });

  it('names who governs first, and counts the countries that do not fit', () => {
    expect(summary(report, 120)).toMatch(/Agora +China, Cayman Islands, United States/);
    const long = report.detections.map((each) => ({
      ...each,
      presence: ['declared', 'referenced', 'bundled'] as const,
    }));
    expect(summary({ ...report, detections: long }, 80)).toMatch(/Agora +China \+2 +declared, referenced, bundled$/m);
  });

  it('begins no line as a command to a runner of workflows, where a title wraps', () => {
    const findings = [{ ...held, title: `${'x'.repeat(46)} ::error::forged` }];
    for (const format of ['summary', 'text'] as const) {
      const text = render({ ...report, findings }, format, { width: 60 });
      expect(text).toMatch(/^\\ +::error::forged/m);
      expect(text).not.toMatch(/^\s*::/m);
    }
  });

  it('colours without changing a letter', () => {
    const coloured = render(report, 'summary', { width: 80, colour: true });
    expect(coloured).toMatch(/\p{Cc}\[/u);
    expect(coloured.replace(/\p{Cc}\[[0-9;]*m/gu, '').replace(/ +$/gm, '')).toBe(summary(report));
  });
});

describe('the table of several files', () => {
  const answer = { app: 'Chat', verdict: 'review', exitCode: 1, holds: '1 high', asked: '2 low', sdks: 3 } as const;
  const table = joinOf('summary').overview!;

  it('has a line for each, with why one could not be read', () => {
    const text = table(
      [
        { file: 'a/very/long/path/that/does/not/fit/into/any/column/of/a/table/at/all/chat.apk', answer, error: null },
        { file: 'b.apk', answer: null, error: 'b.apk: no such file or directory' },
      ],
      { width: 80 },
    );
    expect(text).toMatch(/^FILES {2}2: 1 review, 1 not scanned$/m);
    expect(text).toMatch(/^\.\.\.\S*\/all\/chat\.apk +Chat +REVIEW \(exit 1\) +1 high +2 low +3$/m);
    expect(text).toMatch(/^b\.apk +not read +NOT SCANNED$/m);
    expect(text).toMatch(/^- b\.apk: no such file or directory$/m);
  });

  it('stays within the terminal, whatever files and apps are called', () => {
    const odd = { file: `${'漢\u001b[2J'.repeat(200)}.apk`, answer: { ...answer, app: 'x '.repeat(500) }, error: null };
    for (const width of widths) {
      const text = table([odd, { file: 'y', answer: null, error: '\u202e'.repeat(900) }], { width });
      expect(text).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}/u);
      for (const line of linesOf(text)) expect(columns(line)).toBeLessThanOrEqual(width);
    }
  });
});
