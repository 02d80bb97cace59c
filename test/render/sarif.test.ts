import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { render } from '../../src/render/index.ts';
import type { Around } from '../../src/render/renderer.ts';
import { gate } from '../../src/report/gate.ts';
import type { AskedRule, Finding, Report } from '../../src/types.ts';
import { emptyReport, report } from './fixture.ts';

// biome-ignore lint/suspicious/noExplicitAny: what was parsed has no type, and the test asks what it is
type Json = Record<string, any>;

const golden: Report = JSON.parse(readFileSync(new URL('../golden/clubhouse/report.json', import.meta.url), 'utf8'));
const runOf = (of: Report, format: 'sarif' | 'sarif-github' = 'sarif', around: Around = {}) =>
  JSON.parse(render(of, format, around)).runs[0];
const ofRule = (run: ReturnType<typeof runOf>, id: string) =>
  run.results.filter(({ ruleId }: { ruleId: string }) => ruleId === id);
const waivers = [{ finding: 'identifiers-in-clear/*', reason: 'a ticket', by: 'somebody', expires: '9999-01-01' }];
const asked = (part: Partial<AskedRule>): AskedRule => ({
  ...{ id: 'a-rule', axis: 'integrity', over: 'bundle', level: 'high', undetermined: 'low', askedBy: [] },
  ...{ question: 'Is it so?', taxa: [] },
  ...part,
});
const withRules = (of: Report, rules: readonly AskedRule[]): Report => ({ ...of, policy: { ...of.policy, rules } });

describe('sarif', () => {
  it('says of each finding what it is: what holds fails, a question is open or a review', () => {
    const run = runOf(golden);
    expect(ofRule(run, 'identifiers-in-clear')[0]).toMatchObject({ kind: 'fail', level: 'error', rank: 50 });
    expect(ofRule(run, 'relay-through-country')[0]).toMatchObject({ kind: 'open', level: 'none' });
    const [finding] = golden.findings;
    const review = { ...finding!, state: 'undetermined', open: 'governance' } as Finding;
    expect(runOf({ ...golden, findings: [review] }).results[0].kind).toBe('review');
    const info = { ...finding!, level: 'info' } as Finding;
    expect(runOf({ ...golden, findings: [info] }).results[0].kind).toBe('informational');
  });

  it('repeats of a question nothing that is written as if it held', () => {
    const [message] = ofRule(runOf(golden), 'reach-beyond-distribution').map(
      (r: { message: { text: string } }) => r.message.text,
    );
    expect(message).toContain('Not known: from which countries clients connect');
    expect(message).not.toContain('can still be used there');
  });

  it('passes a rule only where all was read, and no other rule still asks what it must know', () => {
    const kinds = (of: Report) => runOf(of).results.map(({ kind }: { kind: string }) => kind);
    expect(kinds(withRules(emptyReport, [asked({})]))).toEqual(['pass']);
    expect(kinds(withRules(emptyReport, [asked({ over: 'flow' })]))).toEqual(['notApplicable']);
    const gaps = { coverage: report.coverage, complete: false };
    expect(kinds(withRules({ ...emptyReport, ...gaps }, [asked({})]))).toEqual(['open']);
    const question = { ...golden.findings[0]!, rule: 'other', state: 'undetermined' } as Finding;
    const findings = [question];
    expect(kinds(withRules({ ...emptyReport, findings }, [asked({ askedBy: ['other'] })]))).toEqual(['open', 'open']);
    expect(kinds(withRules({ ...emptyReport, findings }, [asked({ askedBy: ['another'] })]))).toEqual(['open', 'pass']);
  });

  it('nests what is inside, to the bundle, and puts regions into the innermost', () => {
    const { artifacts, results } = runOf(golden, 'sarif', { file: 'build/app.ipa' });
    expect(artifacts[0]).toMatchObject({ location: { uri: 'build/app.ipa' }, roles: ['analysisTarget'] });
    const { physicalLocation } = results[0].locations[0];
    const entry = artifacts[physicalLocation.artifactLocation.index];
    expect(entry).toMatchObject({ parentIndex: 0, location: { uri: expect.stringMatching(/^\/Payload\//) } });
    const [{ spans, text }] = golden.findings[0]!.evidence as [Finding['evidence'][number]];
    expect(physicalLocation.region).toMatchObject({ byteOffset: spans[0]!.offset, byteLength: spans[0]!.length });
    expect(physicalLocation.region.snippet.text).toBe(text);
  });

  it('knows an entry in an entry, a place without a name, and a gap', () => {
    const piece = golden.findings[0]!.evidence[0]!;
    const paths = ['lib.jar!a/b.dex', 'lib.so!@64+128', 'x.gz!', 'y.zip!(gap at 30)', '/etc/passwd', '../up'];
    const evidence = paths.map((path) => ({ ...piece, path }));
    const { artifacts } = runOf({ ...golden, findings: [{ ...golden.findings[0]!, evidence }], detections: [] });
    expect(artifacts.slice(1)).toMatchObject([
      { location: { uri: '/lib.jar' }, parentIndex: 0 },
      { location: { uri: '/a/b.dex' }, parentIndex: 1 },
      { location: { uri: '/lib.so' }, parentIndex: 0 },
      { offset: 64, length: 128, parentIndex: 3 },
      { location: { uri: '/x.gz' }, parentIndex: 0 },
      { parentIndex: 5 },
      { location: { uri: '/y.zip' }, parentIndex: 0 },
      { offset: 30, parentIndex: 7 },
      { location: { uri: '/%2Fetc/passwd' }, parentIndex: 0 },
      { location: { uri: '/%2E%2E/up' }, parentIndex: 0 },
    ]);
  });

  it('keeps what is waived, with who accepted it and until when', () => {
    const run = runOf(golden, 'sarif', { gate: gate(golden, { waivers }) });
    const [suppression] = ofRule(run, 'identifiers-in-clear')[0].suppressions;
    expect(suppression).toEqual({
      kind: 'external',
      status: 'accepted',
      justification: 'a ticket (somebody, until 9999-01-01)',
    });
    expect(ofRule(run, 'linkable-identifiers')[0].suppressions).toEqual([]);
  });

  it('says of every result what it is against a baseline, and what is gone; of none without one', () => {
    const [first, second, ...rest] = golden.findings as [Finding, Finding, ...Finding[]];
    const milder: Finding = { ...second, level: 'low' };
    const other: Finding = { ...first, id: `${first.rule}/other`, title: 'Was {there} [once](http://a.example/)' };
    const baseline: Report = { ...golden, findings: [milder, other, ...rest], detections: [] };
    const run = runOf(golden, 'sarif', { baseline, gate: gate(golden, { baseline }) });
    const states = new Map<string, string>(
      run.results.map(({ partialFingerprints: by, ruleId, baselineState }: Json) => [
        by?.['waybillFinding/v1'] ?? by?.['waybillSdk/v1'] ?? ruleId,
        baselineState,
      ]),
    );
    expect(states.size).toBe(run.results.length);
    expect([first.id, second.id, other.id, golden.detections[0]!.sdk].map((id) => states.get(id))).toEqual([
      'new',
      'updated',
      'absent',
      'new',
    ]);
    for (const { id } of rest) expect(states.get(id), id).toBe('unchanged');
    expect([...states.values()].filter((state) => state === undefined)).toEqual([]);
    const gone = run.results.find(({ baselineState }: Json) => baselineState === 'absent');
    expect(gone).toMatchObject({ kind: 'pass', level: 'none', ruleId: first.rule });
    expect(gone.message.text).toBe('Gone since the baseline: Was {{there}} [once] (http://a.example/)');

    const unread = { ...golden, complete: false };
    const unsure = runOf(unread, 'sarif', { baseline, gate: gate(unread) }).results;
    expect(unsure.some(({ baselineState }: Json) => baselineState === 'absent')).toBe(false);
    for (const plain of [runOf(golden), runOf(golden, 'sarif-github', { baseline })]) {
      expect(plain.results.some((result: Json) => 'baselineState' in result)).toBe(false);
    }
  });

  it('names where public lists of weaknesses have a rule, by a source', () => {
    const run = runOf(golden);
    const rule = run.tool.driver.rules.find(({ id }: { id: string }) => id === 'identifiers-in-clear');
    const ids = rule.relationships.map(({ target }: { target: { id: string } }) => target.id);
    expect(ids).toEqual(['MASWE-0026', 'MASVS-NETWORK-1', 'CWE-319']);
    expect(rule.helpUri).toMatch(/^https:.*MASWE-0026/);
  });

  it('says what was not read beside the results', () => {
    const [{ toolExecutionNotifications }] = runOf(report).invocations;
    const ids = toolExecutionNotifications.flatMap((n: { descriptor?: { id: string } }) => n.descriptor?.id ?? []);
    expect(ids.some((id: string) => id.startsWith('not-read/'))).toBe(true);
  });
});

describe('sarif-github', () => {
  it('holds what holds above info and what fails the gate, and nothing else', () => {
    const run = runOf(golden, 'sarif-github');
    const holding = golden.findings.filter(({ state, level }) => state === 'holds' && level !== 'info');
    expect(run.results).toHaveLength(holding.length);
    for (const { kind } of run.results) expect(kind).toBe('fail');
    const question = { ...golden.findings[0]!, state: 'undetermined', open: 'governance' } as Finding;
    const asking = { ...golden, findings: [question] };
    expect(runOf(asking, 'sarif-github').results).toHaveLength(1);
    expect(runOf(asking, 'sarif-github').results[0].message.text).toContain('it is not decided');
    expect(runOf(asking, 'sarif-github', { gate: gate(asking, { failOn: 'none' }) }).results).toEqual([]);
  });

  it('leaves out what is waived', () => {
    const run = runOf(golden, 'sarif-github', { gate: gate(golden, { waivers }) });
    expect(ofRule(run, 'identifiers-in-clear')).toEqual([]);
    expect(JSON.stringify(run)).not.toContain('suppressions');
  });

  it('has one place for each alert, and a fingerprint that neither the bundle’s digest nor a version changes', () => {
    const { bundle } = golden;
    const next = {
      ...golden,
      bundle: { ...bundle, sha256: '0'.repeat(64), app: { ...bundle.app, version: '9.9', build: '9' } },
    };
    const prints = (of: Report) =>
      runOf(of, 'sarif-github', { file: 'app.ipa' }).results.map((r: Json) => [r.partialFingerprints, r.locations]);
    expect(prints(next)).toEqual(prints(golden));
    for (const [{ primaryLocationLineHash }, locations] of prints(golden)) {
      expect(primaryLocationLineHash).toMatch(/^[0-9a-f]{64}:1$/);
      expect(locations).toHaveLength(1);
    }
    const other = { ...golden, bundle: { ...bundle, app: { ...bundle.app, id: 'another.app' } } };
    expect(prints(other)[0][0]).not.toEqual(prints(golden)[0][0]);
  });

  it('replaces nothing that was said of another library: they have no id', () => {
    const idOf = (name: string | null, file: string) => {
      const app = { ...report.bundle.app, id: null, name };
      const units = report.bundle.units.map((unit) => ({ ...unit, kind: 'library' as const, app }));
      const of: Report = { ...report, bundle: { ...report.bundle, kind: 'framework', app, units } };
      return JSON.parse(render(of, 'sarif-github', { file })).runs[0].automationDetails.id;
    };
    expect(idOf('WebRTC', 'a.zip')).toBe('waybill/store/ios/WebRTC/');
    expect(idOf('Agora/Kit', 'a.zip')).toBe('waybill/store/ios/Agora%2FKit/');
    expect(idOf(null, 'libs/a.zip')).toBe('waybill/store/ios/framework/libs/a.zip/');
  });

  it('gives a finding of another level than its rule’s a rule of its own: GitHub reads the severity there', () => {
    const [first] = golden.findings;
    const lower = { ...first!, id: 'x', level: 'low' } as Finding;
    const { results, tool } = runOf({ ...golden, findings: [first!, lower] }, 'sarif-github');
    expect(results.map((r: Json) => r.ruleId)).toEqual(['identifiers-in-clear', 'identifiers-in-clear/low']);
    expect(tool.driver.rules.map((r: Json) => r.properties['security-severity'])).toEqual(['8.0', '2.0']);
  });

  it('keeps to what GitHub takes, the worst first, and says what it left out', () => {
    const [first] = golden.findings;
    const many = Array.from({ length: 6000 }, (_, i): Finding => {
      // Random enough that gzip finds little.
      const reason = Array.from({ length: 60 }, (_, k) => Math.sin(i * 61 + k).toString(36)).join(' ');
      return { ...first!, id: `f${i}`, level: i % 2 ? 'low' : 'high', reason };
    });
    const of = { ...golden, findings: many };
    const text = render(of, 'sarif-github');
    const [run] = JSON.parse(text).runs;
    expect(run.results.length).toBeLessThanOrEqual(5000);
    expect(run.results.length).toBeGreaterThan(1000);
    expect(gzipSync(text).length).toBeLessThan(10_000_000);
    expect(run.results[0].level).toBe('error');
    expect(JSON.stringify(run.invocations)).toContain(`${6000 - run.results.length} results of lesser severity`);
    const twentieth = render(of, 'sarif-github', { of: 20 });
    expect(twentieth.length).toBeLessThan(500_000 * 1.2);
  });
});
