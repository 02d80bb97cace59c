import { describe, expect, it } from 'vitest';
import { explain, nearestIds } from '../../src/render/explain/index.ts';
import { hostileReport, report } from './fixture.ts';
import { rules } from './rules.ts';

const flat = (text: string | null) => (text ?? '').replace(/\s+/g, ' ');
const finding = 'identifiers-in-clear/agora/user-id';

describe('explain', () => {
  it.each(['agora-rtc', 'agora', 'store', 'cn', finding] as const)('%s reads as it was reviewed', async (id) => {
    const text = explain(id, rules, { report: id === finding ? report : null });
    await expect(text).toMatchFileSnapshot(`explain-${id.replaceAll('/', '-')}.txt`);
  });

  it('gives a finding of a report its evidence, digests, grounds, part in the risk, and rule', () => {
    const text = flat(explain(finding, rules, { report }));
    expect(text).toContain('AgoraRtcKit@8517551');
    expect(text).toContain('sha256 66b7e3c53fcc22924eec575d0d58cf8bbacb46a96a9072b981f1961844177850');
    expect(text).toContain('[vendor] Agora documents');
    expect(text).toContain('0.50 for the cause "Agora, Inc. · identifiers · data-flow", in proven and possible');
    expect(text).toContain('65 = 100 x (1 - (1-0.50)(1-0.30))');
    expect(text).toContain('RULE identifiers-in-clear');
  });

  it('says so where a finding adds nothing to the risk', () => {
    const without = { ...report, risk: { ...report.risk, terms: report.risk.terms.slice(1) } };
    expect(flat(explain(finding, rules, { report: without }))).toContain('It adds nothing');
  });

  it('explains a finding without its report by its rule and recipient', () => {
    const text = flat(explain(finding, rules));
    expect(text).toContain('with --report FILE, the finding itself is explained');
    expect(text).toContain('and encryption is below on');
    expect(text).toContain('VENDOR agora');
  });

  it('says of what an SDK takes what reports say, and prints the line that switches a control on, by releases', async () => {
    const { loadRules } = await import('../../src/index.ts');
    const shipped = loadRules();
    expect(flat(explain('agora-rtc', shipped))).toContain('network-info to Agora (reported):');
    expect(flat(explain('agora-rtc', shipped))).toContain('device-ids to Agora (documented):');
    const control = flat(explain('agora-rtc/media-encryption', shipped));
    expect(control).toMatch(
      /\(from 4\.0\)\.[^`]* Switched on by: `config\.encryptionMode = .* engine\.enableEncryption\(true, config\);/,
    );
    expect(control).toContain('`engine.setEncryptionSecret(keyFromYourServer); // before joinChannel`');
  });

  it('explains a clue by what it asks for and where it was seen', () => {
    const text = flat(explain('agora-rtc/java-rtc', rules));
    expect(text).toContain('class is `io.agora.rtc` or below it');
    expect(text).toContain('strong: suffices alone');
    expect(text).toContain('npm:chat-sdk@1.0.0/lib/libchat.so@4242');
    expect(text).toContain('one of 41 exports');
  });

  it.each([
    ['CVE-2020-25605', 'versions <3.1.0'],
    ['cn-intelligence-law', 'arts. 7 and 14'],
    ['identifiers-in-clear', 'data is user-id or room-id'],
  ])('explains %s', (id, part) => {
    expect(flat(explain(id, rules))).toContain(part);
  });

  it('shows an SDK as it was found, where a report is given', () => {
    expect(flat(explain('agora-rtc', rules, { report }))).toContain('version 3.1.2 read at @8515328');
    expect(flat(explain('agora-rtc', rules))).not.toContain('3.1.2');
  });

  it('keeps apart claims, bytes and what is disputed', () => {
    const text = flat(explain('agora', rules));
    expect(text).toContain('sio-plaintext-ids (reported of Chat, identifiers-in-clear, from 2021-02-12)');
    expect(text).toContain('Holder Ltd.: owner, in Cayman Islands (KY) (25%), since 2019-01-01, until 2020-01-01');
    expect(text).toContain('DISPUTED 1 - Agora, 2021-02-13: It stores no audio.');
  });

  it('writes out what a hostile app put into the report', () => {
    const id = hostileReport.findings[0]?.id ?? '';
    const text = explain(id, rules, { report: hostileReport }) ?? '';
    expect(text).toContain('\\x1b[2J');
    expect(text).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u);
  });

  it.each([
    '',
    'nothing-of-ours',
    'agora/agora',
    'agora-rtc/',
    'constructor',
    '__proto__',
    'nothing-of-ours/agora',
  ])('gives null for %j, which names nothing', (id) => {
    expect(explain(id, rules, { report })).toBeNull();
  });
});

describe('nearestIds', () => {
  it.each([
    ['agora-rct', 'agora-rtc'],
    ['AGORA-RTC', 'agora-rtc'],
    ['cve-2020-25606', 'CVE-2020-25605'],
    ['intelligence', 'cn-intelligence-law'],
    ['identifier-in-clear', 'identifiers-in-clear'],
  ])('finds for %s first %s', (asked, known) => {
    expect(nearestIds(asked, rules)[0]).toBe(known);
  });

  it('finds findings of a report', () => {
    expect(nearestIds('identifiers-in-clear/agora/userid', rules, report)[0]).toBe(finding);
  });

  it('finds nothing near what is far, and is quick about long words', () => {
    expect(nearestIds('zzzzzzzz', rules)).toEqual([]);
    expect(nearestIds('', rules)).toEqual([]);
    expect(nearestIds('a'.repeat(1_000_000), rules)).toEqual([]);
  });
});
