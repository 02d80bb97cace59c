import { describe, expect, it } from 'vitest';
import { render } from '../../src/render/index.ts';
import { columns } from '../../src/render/text/safety.ts';
import type { Report } from '../../src/types.ts';
import { emptyReport, hostileReport, hostileText, report } from './fixture.ts';

const text = (of: Report, width = 100) => render(of, 'text', { width });
const linesOf = (output: string) => output.split('\n');
/** Words of a report, whatever their line breaks. */
const flat = (output: string) => output.replace(/\s+/g, ' ');
const escapes = /\p{Cc}\[[0-9;]*m/gu;
/** What no output for a terminal may hold besides line ends. */
const unsafe = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Default_Ignorable_Code_Point}]/u;

describe('the text of a report', () => {
  it.each([
    ['report-100', report, 100],
    ['report-80', report, 80],
    ['hostile-100', hostileReport, 100],
    ['empty-100', emptyReport, 100],
  ] as const)('%s is the one that was reviewed', async (name, of, width) => {
    await expect(text(of, width)).toMatchFileSnapshot(`${name}.txt`);
  });

  it('says on its first screen which app, may it pass and why, how much risk, and was all read', () => {
    const screen = linesOf(text(report)).slice(0, 24).join('\n');
    for (const part of [
      'com.example.chat',
      'INCONCLUSIVE',
      '65 proven, 81 possible',
      'Complete   no: 1 place',
      '9f2c1ab03d4e',
    ]) {
      expect(screen).toContain(part);
    }
  });

  it('keeps every line within the width, but for words that must stay whole', () => {
    for (const width of [60, 80, 100, 120]) {
      for (const line of linesOf(text(report, width))) {
        const last = line.trimEnd().split(' ').at(-1) ?? '';
        if (columns(line) > width) expect(line.trim(), line).toBe(last);
      }
    }
  });

  it('never cuts a path, a digest or an address', () => {
    const output = text(report, 60);
    for (const whole of [
      'Payload/Chat.app/Frameworks/AgoraRtcKit.framework/AgoraRtcKit@8517551',
      '"http://argus.agoralab.co/report?listener=%u&venderID=%s&channelName=%s"',
      'https://sec.gov/Archives/edgar/data/1802883/000162828020009382/agoraf-1a1.htm',
      '66b7e3c53fcc22924eec575d0d58cf8bbacb46a96a9072b981f1961844177850',
    ]) {
      expect(output).toContain(whole);
    }
  });

  it('colours without changing a letter, and only when asked', () => {
    const plain = text(report);
    const coloured = render(report, 'text', { width: 100, colour: true });
    expect(plain).not.toMatch(escapes);
    expect(coloured).toMatch(escapes);
    expect(coloured.replace(escapes, '').replace(/ +$/gm, '')).toBe(plain);
  });

  it('leaves no line in a colour that it did not switch off', () => {
    for (const line of linesOf(render(report, 'text', { colour: true }))) {
      const last = line.match(escapes)?.at(-1);
      if (last !== undefined) expect(last).toBe('\u001b[0m');
    }
  });

  it('lists the first of many and says how many more there are', () => {
    const endpoint = report.endpoints[1]!;
    const many = Array.from({ length: 50 }, (_, i) => ({ ...endpoint, host: `h${i}.example` }));
    const output = text({ ...report, endpoints: many });
    expect(output.match(/^ {2}https:\/\/h\d+\.example/gm)).toHaveLength(20);
    expect(output).toContain('+ 30 more (see json)');
    expect(text({ ...report, endpoints: many.slice(0, 21) })).toContain('h20.example');
  });

  it('falls back to 100 columns for a width that is none, and to 60 for one that is too small', () => {
    expect(text(report, Number.NaN)).toBe(text(report, 100));
    expect(text(report, 3)).toBe(text(report, 60));
  });
});

describe('wording', () => {
  const withFinding = (change: Partial<Report['findings'][number]>) =>
    flat(text({ ...report, findings: [{ ...report.findings[0]!, ...change }] }));

  it('says proved only of what bytes show', () => {
    expect(withFinding({})).toContain('proved (coded)');
    for (const basis of ['documented', 'reported', 'context', null] as const) {
      expect(withFinding({ basis })).not.toContain('proved (');
    }
    expect(withFinding({ basis: 'documented' })).toContain('holds by what the vendor documents');
    expect(withFinding({ state: 'undetermined', basis: 'coded' })).toContain('/user-id; not decided; ');
  });

  it('gives what would settle an open finding, and remedies by reader', () => {
    const output = flat(text(report));
    expect(output).toContain("to settle The app's own code shows whether media encryption is switched on.");
    expect(output).toContain('maker Move to a release of Agora RTC');
    expect(output).toContain('reviewer "Please show with a capture');
    expect(output).toContain('maker Name Agora and China in the privacy notice.');
  });

  it('labels each ground by its kind, with source and date, and says a repeated one once', () => {
    const output = flat(text(report));
    expect(output).toContain('[vendor] Agora documents: TLS is used between user and server. (2020-09-22) [1]');
    expect(output.match(/\[filing\] Agora, Inc\. has its headquarters/g)).toHaveLength(1);
    expect(output).toContain('as under finding 1: [filing]');
    expect(output).toContain('[1] document of the vendor or project, published 2020-09-22');
  });

  it('says a sentence, and what a flow stands on, once: from then on the number of the finding stands there', () => {
    const [first, second, ...rest] = report.findings;
    const fact = 'Agora RTC holds code that names argus.agoralab.co for what follows.';
    const flow = report.flows[0]!;
    const says = { kind: 'research', says: `the rules read that code so: ${flow.says}`, source: null } as const;
    const findings = [
      { ...first!, reason: `${fact} So it is. Nobody sees more than this of what was sent there.`, grounds: [says] },
      { ...second!, reason: `${fact} Nobody sees more than this of what was sent there. Else it is so.` },
      ...rest,
    ];
    const output = flat(text({ ...report, findings }));
    expect(output.split(fact)).toHaveLength(2);
    expect(output).toContain('why (as under finding 1) Else it is so.');
    expect(output.split(flow.says)).toHaveLength(2);
    expect(output).toContain(`${flow.basis} (1)`);
    expect(flat(text(report)).split(flow.says)).toHaveLength(2);
  });

  it('prints a piece of bytes once, with its place, and refers to it from then on', () => {
    const output = flat(text(report, 120));
    const template = '"http://argus.agoralab.co/report?listener=%u&venderID=%s&channelName=%s"';
    expect(output.split(template)).toHaveLength(2);
    const [, number = ''] = /\(URL in bytes\) \[(b\d+)\]/.exec(output) ?? [];
    expect(output.match(new RegExp(`\\[${number}\\]`, 'g'))!.length).toBeGreaterThan(2);
    // Every number stands behind a piece before it is referred to.
    for (const [, first, at] of [...output.matchAll(/\[(b\d+)\]/g)].map((m) => ['', m[1], m.index] as const)) {
      expect(output.indexOf(`) [${first}]`)).toBeLessThanOrEqual(at);
    }
  });

  it('says what is not known where nothing was found', () => {
    const output = flat(text(emptyReport));
    expect(output).toContain('name not known, id not known, version not known');
    expect(output).toContain('None of the 6 SDKs that the rules know was found.');
    expect(output).toContain('where it is offered are not known');
    const unread = flat(text({ ...emptyReport, complete: false, coverage: report.coverage }));
    expect(unread).toContain('None of the 6 SDKs that the rules know was found in what was read.');
  });

  it('names all versions where instances differ, and none where none was read', () => {
    const detection = report.detections[0]!;
    const instance = detection.instances[0]!;
    const two = { ...detection, version: null, instances: [instance, { ...instance, version: '2.0.2', path: 'b' }] };
    expect(flat(text({ ...report, detections: [two] }))).toContain('differs: 3.1.2, 2.0.2');
    const none = { ...two, instances: [{ ...instance, version: null, versionAt: null }] };
    expect(flat(text({ ...report, detections: [none] }))).toContain('version not known');
  });

  it('names the candidates where clues cannot tell the vendor', () => {
    const open = { ...report.detections[0]!, vendor: null, candidates: ['volcengine', 'agora'] };
    expect(flat(text({ ...report, detections: [open] }, 120))).toContain('one of volcengine, Agora');
  });
});

describe('the arithmetic', () => {
  const left = (formula: string) =>
    formula
      .replace(/\(1-([0-9.]+)\)(?:\^(\d+))?/g, (_, weight, power) => `*${(1 - Number(weight)) ** Number(power ?? 1)}`)
      .split('*')
      .slice(1)
      .reduce((product, factor) => product * Number.parseFloat(factor), 1);
  const shown = (output: string, label: string) =>
    new RegExp(`${label} +(\\d+) = 100 x \\(1 - (.*)\\)$`, 'm').exec(output);

  it('shows sums that make the numbers', () => {
    for (const [label, total] of [
      ['proven', 65],
      ['possible', 81],
    ] as const) {
      const [, number, formula = ''] = shown(text(report), label) ?? [];
      expect(Number(number)).toBe(total);
      expect(Math.abs(100 * (1 - left(formula)) - total)).toBeLessThanOrEqual(0.51);
    }
  });

  it('takes the lighter, decided term for proven where a cause stands twice', () => {
    const cause = 'Agora, Inc. · media · data-flow';
    const terms = [
      { cause, weight: 0.45, finding: 'open', state: 'undetermined' },
      { cause, weight: 0.2, finding: 'decided', state: 'holds' },
    ] as const;
    const output = text({ ...report, risk: { ...report.risk, overall: { proven: 20, possible: 45 }, terms } });
    expect(output).toContain('20 = 100 x (1 - (1-0.20))');
    expect(output).toContain('45 = 100 x (1 - (1-0.45))');
    expect(flat(output)).toContain('0.20 proven decided');
  });

  it('shows no sum that would be wrong', () => {
    const output = text({ ...report, risk: { ...report.risk, overall: { proven: 12, possible: 81 } } });
    expect(shown(output, 'proven')).toBeNull();
    expect(shown(output, 'possible')).not.toBeNull();
  });
});

describe('an app that writes for the terminal', () => {
  it('cannot steer it, hide text or forge a line', () => {
    for (const options of [{}, { colour: true }]) {
      const output = render(hostileReport, 'text', options).replace(escapes, '');
      expect(output).not.toMatch(unsafe);
      expect(output.match(/^Verdict/gim)).toHaveLength(1);
    }
    expect(text(hostileReport)).toContain('Ba\\x1b[2Jd\\x9b31m\\u202egnp.exe\\u200b\\r\\nVERDICT:');
  });

  it('cannot do so in any text of a report', () => {
    const fixed = new Set([
      'kind',
      'platform',
      'verdict',
      'level',
      'state',
      'basis',
      'protection',
      'reason',
      'how',
      'role',
      'depth',
      'axis',
      'data',
      'accepts',
    ]);
    const poison = (value: unknown, key = ''): unknown => {
      if (typeof value === 'string') return fixed.has(key) && !/ /.test(value) ? value : `${value}${hostileText}`;
      if (Array.isArray(value)) return value.map((item) => poison(item, key));
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, poison(v, k)]));
    };
    const output = text(poison(report) as Report);
    expect(output).toContain('\\x1b[2J');
    expect(output).not.toMatch(unsafe);
  });

  it('cannot flood it with one long name', () => {
    const flood = { ...report.unidentified[0]!, name: 'x'.repeat(60_000), paths: ['p'.repeat(60_000)] };
    const anomaly = { ...report.anomalies[0]!, detail: 'y'.repeat(1_000_000) };
    expect(text({ ...report, unidentified: [flood], anomalies: [anomaly] }).length).toBeLessThan(30_000);
  });

  it('keeps columns aligned for wide letters', () => {
    const wide = { ...report.unidentified[0]!, name: '声网实时通信', kind: 'library' as const };
    const output = linesOf(text({ ...report, unidentified: [wide, report.unidentified[0]!] }));
    const head = output.findIndex((line) => line.includes('Hosts it holds'));
    const starts = output.slice(head + 1, head + 3).map((line) => columns(line.slice(0, line.indexOf('none found'))));
    expect(new Set(starts).size).toBe(1);
  });
});

describe('render', () => {
  it('refuses a format that there is not, and names the ones there are', () => {
    expect(() => render(report, 'html' as never)).toThrow(/text, json/);
    expect(() => render(report, 'constructor' as never)).toThrow(TypeError);
  });
});
