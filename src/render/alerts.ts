import { portableSha256 } from '../runtime/sha256.ts';
import type { Finding, Report } from '../types.ts';
import type { Outcome } from './outcome.ts';

/** What a service that keeps one list of alerts for a repository should keep: what holds above info, and what fails the gate. */
export function isAlert(finding: Finding, outcome: Outcome): boolean {
  if (outcome.waiver(finding)) return false;
  return outcome.fails(finding) || (finding.state === 'holds' && finding.level !== 'info');
}

/** Of what is found in which app: neither the bundle's digest nor a version is in it. */
export function fingerprintOf(finding: Finding, { bundle }: Report): string {
  const hash = portableSha256();
  hash.update(new TextEncoder().encode(JSON.stringify([finding.id, bundle.platform, bundle.app.id])));
  return hash.digest();
}
