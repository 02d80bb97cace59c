import { describe, expect, it } from 'vitest';
import { finished } from '../src/allowance.ts';
import { type Report, scan } from '../src/index.ts';
import { limitReport } from '../src/report/size.ts';
import { buildBundle, type FileDescription } from './build/bundle.ts';

const manifest: FileDescription = { axml: { name: 'manifest', attributes: { package: 'org.example' } } };
const context = { operator: { name: 'One', country: 'US' }, distribution: { notOffered: ['CN'] } };
const app = (files: Record<string, FileDescription>) =>
  scan(buildBundle({ files: { 'AndroidManifest.xml': manifest, ...files } }), { context });

const agora: Record<string, FileDescription> = {
  'lib/arm64-v8a/libagora-rtc-sdk-jni.so': {
    elf: { soname: 'libagora-rtc-sdk-jni.so', rodata: ['http://x.agora.io/a?uid=%s'] },
  },
};
const stun = ['stun:stun.one.example:3478', 'turn:turn.two.example:3478', 'turn:turn.two.example:3479'];
const dex = (...names: string[]): FileDescription => ({
  dex: { classes: names.map((name) => ({ name, methods: ['x'] })), strings: stun },
});

/** What flows and findings refer to is in the report, and nothing else is. */
function expectReferred({ recipients, flows, findings, vendors, laws }: Report): void {
  const ids = recipients.map(({ id }) => id);
  const known = vendors.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const named = [...flows.map(({ recipient }) => recipient), ...findings.flatMap(({ recipient }) => recipient ?? [])];
  for (const id of named) expect([...ids, ...known]).toContain(id);
  for (const { recipient } of flows) expect(ids).toContain(recipient);
  for (const id of ids) expect(named).toContain(id);
  for (const { id, kind } of recipients) if (kind === 'entity') expect(known).toContain(id);
  expect(laws.map(({ id }) => id)).toEqual([...new Set(findings.flatMap((finding) => finding.laws))].sort());
}

describe('recipients and laws of a report', () => {
  it('stand in it once, and unknown ones are told apart by what tells them', async () => {
    const report = await app({ 'classes.dex': dex('org.webrtc.PeerConnectionFactory'), ...agora });
    expectReferred(report);
    expect(report.recipients.map(({ id, kind }) => [id, kind])).toEqual([
      ['agora', 'entity'],
      ['unknown', 'unknown'],
      ['unknown:stun.one.example', 'unknown'],
      ['unknown:turn.two.example', 'unknown'],
    ]);
    expect(report.laws.length).toBeGreaterThan(3);
  });

  it('of a report that is cut, only those that are left', async () => {
    const report = await app(agora);
    const [flow] = report.flows;
    const many = Array.from({ length: 40_000 }, (_, i) => `unknown:${i}`.padEnd(200, 'x'));
    const cutting = limitReport({
      ...report,
      flows: [...report.flows, ...many.map((id) => ({ ...flow!, id, recipient: id }))],
      recipients: [...report.recipients, ...many.map((id) => ({ ...report.recipients[0]!, id }))],
    });
    const cut = finished(cutting);
    expect(cut.flows.length).toBeLessThan(many.length);
    expect(cut.recipients.map(({ id }) => id)).toEqual([...new Set(cut.flows.map(({ recipient }) => recipient))]);
  });
});
