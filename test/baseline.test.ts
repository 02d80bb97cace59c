import { describe, expect, it } from 'vitest';
import { diff, gate, gateDifference, parseReports, type Report, render } from '../src/index.ts';
import { variants } from './diff/variants.ts';

const { first, encrypted } = variants;
const clear = ['identifiers-in-clear/agora/room-id', 'identifiers-in-clear/agora/user-id'];
const as = (report: Report, id: string, change: Partial<Report['findings'][number]>): Report => ({
  ...report,
  findings: report.findings.map((finding) => (finding.id === id ? { ...finding, ...change } : finding)),
});

describe('a baseline', () => {
  it('lets through what it has already, and says so by number', () => {
    expect(gate(first)).toMatchObject({ exitCode: 1, failing: clear, baseline: null });
    const gated = gate(first, { baseline: variants['a later version'] });
    expect(gated).toMatchObject({ exitCode: 0, failing: [], verdict: 'review' });
    expect(gated.baseline).toMatchObject({ version: '0.1.26', known: clear, gone: [], open: [], remarks: [] });
  });

  it('fails for what is new', () => {
    const gated = gate(first, { baseline: encrypted });
    expect(gated).toMatchObject({ exitCode: 1, failing: clear });
    expect(gated.baseline?.known).toEqual([]);
    // Back again: what it has and the report has not is gone.
    expect(gate(encrypted, { baseline: first }).baseline?.gone).toEqual(expect.arrayContaining(clear));
  });

  it.each([
    ['was lower', { level: 'medium' }],
    ['was asked', { state: 'undetermined', open: 'bundle' }],
    ['waited for who governs', { state: 'undetermined', open: 'governance' }],
  ] as const)('fails for what got worse: it %s', (_, change) => {
    const gated = gate(first, { baseline: as(first, clear[0]!, change) });
    expect(gated).toMatchObject({ exitCode: 1, failing: [clear[0]], baseline: { known: [clear[1]] } });
  });

  it.each([
    ['high', 'high', { state: 'undetermined', open: 'governance' }],
    ['info', 'info', { state: 'holds', open: null }],
  ] as const)('is no cover for what failed nothing in it: at %s, --fail-on %s', (level, failOn, now) => {
    const question = { level, state: 'undetermined', open: 'bundle' } as const;
    const [before, after] = [as(first, clear[0]!, question), as(first, clear[0]!, { level, ...now })];
    const gated = gate(after, { baseline: before, failOn });
    expect(gated).toMatchObject({ exitCode: 1, failing: [clear[0]] });
    expect(gated.baseline?.known).toContain(clear[1]);
    expect(gateDifference(diff(before, after), { failOn })).toEqual({ exitCode: 1, failing: [clear[0]] });
    expect(gate(after, { baseline: after, failOn }).exitCode).toBe(0);
  });

  it('lets through what was worse', () => {
    expect(gate(first, { baseline: as(first, clear[0]!, { level: 'critical' }) }).exitCode).toBe(0);
  });

  it('is no cover for bytes that were not read, in either of the two', () => {
    const cut = variants['cut short'];
    expect(gate(cut, { baseline: cut })).toMatchObject({ exitCode: 2, baseline: { known: clear } });
    const named = variants['read by names'];
    // What a baseline did not read it does not know.
    expect(gate(first, { baseline: named }).failing).toEqual(clear);
    expect(gate(named, { baseline: first }).baseline).toMatchObject({ gone: [], open: expect.arrayContaining(clear) });
  });

  it('of another library is refused too: they have names, and no ids', () => {
    const library = (name: string | null): Report => {
      const app = { ...first.bundle.app, id: null, name };
      return {
        ...first,
        bundle: { ...first.bundle, app, units: [{ ...first.bundle.units[0]!, kind: 'library', app }] },
      };
    };
    expect(gate(library('A'), { baseline: library('A') })).toMatchObject({ exitCode: 0, failing: [] });
    for (const other of [library('B'), library(null), first])
      expect(() => gate(library('A'), { baseline: other })).toThrow(/and this is A \(ios\); make one/);
    const codes = (old: Report, next: Report) => diff(old, next).remarks.map(({ code }) => code);
    expect(codes(library('A'), library('B'))).toContain('other-app');
    expect(codes(library('A'), library('A'))).not.toContain('app-unknown');
  });

  it('of another app is refused, with the way out', () => {
    const refused = expect.objectContaining({
      code: 'bad-option',
      message: expect.stringMatching(/is of org\.example\.rooms \(ios\), and this is co\..*-o json=baseline\.json/),
    });
    expect(() => gate(first, { baseline: variants['another app'] })).toThrow(refused);
  });

  it('by other terms is said', () => {
    const codes = (baseline: Report) => gate(first, { baseline }).baseline?.remarks.map(({ code }) => code);
    expect(codes(variants['another policy'])).toContain('other-policy');
    expect(codes({ ...first, rules: { ...first.rules, digest: '0'.repeat(64) } })).toContain('other-rules');
    expect(codes(variants['nothing stated'])).toContain('other-context');
  });

  it('stands behind a waiver: what is waived is not called known', () => {
    const waiver = { finding: clear[0]!, reason: 'Ticket 12: own relay', by: 'a@b.example', expires: '2026-12-01' };
    const gated = gate(first, { baseline: first, waivers: [waiver], today: '2026-11-30' });
    expect(gated).toMatchObject({ exitCode: 0, waived: [{ finding: clear[0] }], baseline: { known: [clear[1]] } });
  });
});

describe('what is waived or known is said where the finding stands', () => {
  const waiver = { finding: clear[0]!, reason: 'Ticket 12: own relay', by: 'a@b.example', expires: '2026-12-01' };
  const gated = gate(first, { baseline: first, waivers: [waiver], today: '2026-11-30' });
  const of = (format: Parameters<typeof render>[1]) => render(first, format, { gate: gated });

  it('text', () => {
    expect(of('text')).toMatch(
      /room-id; .*\n(?: {16}.*\n)? +waived +until 2026-12-01, by a@b\.example: Ticket 12: own relay/,
    );
    expect(of('text')).toMatch(/user-id; .*\n(?: {16}.*\n)? +known +the baseline has it/);
    expect(of('text')).toMatch(/^Gate +1 finding waived on 2026-11-30\n +1 finding known from the baseline/m);
    expect(render(first, 'text')).not.toMatch(/waived|baseline/);
  });

  it('text has the gate’s verdict, and the one that it would be', () => {
    const waivers = first.findings.map(({ id }) => ({ ...waiver, finding: id }));
    const passed = gate(first, { waivers, today: '2026-11-30' });
    expect(passed.verdict).toBe('pass');
    const text = render(first, 'text', { gate: passed });
    expect(text).toMatch(/^Verdict +PASS: what this policy reviews was waived/m);
    expect(text.replace(/\s+/g, ' ')).toContain('without that the verdict is review');
  });

  it('markdown, csv, junit', () => {
    expect(of('markdown')).toMatch(/### Known from the baseline \(1\)[\s\S]*### Waived \(1\)/);
    expect(of('markdown')).toContain('1 waived; 1 known from the baseline');
    expect(of('csv')).toMatch(/"known"/);
    expect(of('csv')).toMatch(/"waived until 2026-12-01"/);
    expect(of('junit')).toContain('does not fail the gate (the baseline has it)');
    expect(of('junit')).toMatch(/failures="0"/);
  });
});

describe('the gate of a difference', () => {
  it('1 where something at or above the level is new or worse', () => {
    expect(gateDifference(diff(encrypted, first))).toEqual({ exitCode: 1, failing: clear });
    expect(gateDifference(diff(first, encrypted))).toEqual({ exitCode: 0, failing: [] });
    expect(gateDifference(diff(encrypted, first), { failOn: 'critical' }).exitCode).toBe(0);
    expect(gateDifference(diff(variants['read by names'], first)).failing).toEqual(clear);
    expect(gateDifference(diff(as(first, clear[0]!, { level: 'low' }), first)).failing).toEqual([clear[0]]);
  });

  it('questions where they are asked for', () => {
    const difference = diff(
      as(first, clear[0]!, { state: 'undetermined', open: 'bundle', level: 'low' }),
      as(first, clear[0]!, { state: 'undetermined', open: 'bundle' }),
    );
    expect(gateDifference(difference).exitCode).toBe(0);
    expect(gateDifference(difference, { failOnUndetermined: 'high' }).failing).toEqual([clear[0]]);
  });
});

describe('reports of a file', () => {
  it('bare, beside a name, and several', () => {
    const bare = JSON.parse(JSON.stringify(first)) as Report;
    expect(parseReports(bare)).toEqual([bare]);
    expect(parseReports({ file: 'a.ipa', report: bare, gate: {} })).toEqual([bare]);
    expect(parseReports([bare, { file: 'b.ipa', report: bare }])).toEqual([bare, bare]);
    for (const report of Object.values(variants)) expect(parseReports(report)).toEqual([report]);
  });

  const broken = (change: object) => ({ ...first, ...change });
  it.each<[unknown, string]>([
    [[], 'an empty list'],
    [null, 'not a report'],
    ['x', 'not a report'],
    [{}, 'not a report'],
    [{ schema: '1.0.0' }, 'not a report'],
    [{ file: 'a.apk', error: { code: 'unreadable' } }, 'not a report'],
    [broken({ findings: [null] }), 'findings.0'],
    [broken({ findings: [{ ...first.findings[0], level: 'severe' }] }), 'findings.0.level'],
    [broken({ detections: {} }), 'detections'],
    [broken({ bundle: { ...first.bundle, units: undefined } }), 'bundle.units'],
    [broken({ policy: { ...first.policy, rules: 7 } }), 'policy.rules'],
    [broken({ coverage: [{}] }), 'coverage.0.path'],
    [broken({ flows: [{ ...first.flows[0], recipient: null }] }), 'flows.0.recipient'],
  ])('what is none is refused by its place: case %#', (value, place) => {
    const message = expect.stringMatching(new RegExp(`^old\\.json: .*${place}.*-o json=report\\.json`, 's'));
    expect(() => parseReports(value, 'old.json')).toThrow(expect.objectContaining({ code: 'bad-report', message }));
  });
});
