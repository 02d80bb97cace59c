import type { DifferenceRemark, Report } from '../types.ts';
import { identityOf } from './identity.ts';
import { isRead } from './read.ts';
import type { Side } from './shape.ts';

export interface Remark {
  code: DifferenceRemark;
  says: string;
}

/** By these a verdict can change although the app does not. */
const terms: readonly DifferenceRemark[] = ['other-policy', 'other-context', 'other-rules'];

/** Whether what two reports conclude was judged alike. */
export function isJudgedAlike(remarks: readonly Remark[]): boolean {
  return !remarks.some(({ code }) => terms.includes(code));
}

export function sideOf({ bundle, risk, context, ...report }: Report): Side {
  const { id, name, version, build } = bundle.app;
  const { proven, possible } = risk.overall;
  return {
    subject: identityOf(bundle).subject,
    app: { id, name, version, build },
    ...{ platform: bundle.platform, sha256: bundle.sha256 },
    ...{ waybill: report.waybill, asOf: report.asOf, depth: report.depth },
    ...{ rules: report.rules.digest, policy: report.policy.id, context: context?.digest ?? null },
    ...{ complete: report.complete, verdict: report.verdict, risk: { proven, possible } },
  };
}

/** What keeps two reports from being compared as they stand, each with what to do about it. */
export function remarksOn(old: Report, next: Report): Remark[] {
  const remarks: Remark[] = [];
  const remark = (code: DifferenceRemark, isSo: boolean, says: string) => {
    if (isSo) remarks.push({ code, says });
  };
  const [a, b] = [sideOf(old), sideOf(next)];
  remark(
    'same-bundle',
    a.sha256 === b.sha256,
    'Both are of the same bytes: what differs comes of how they were judged.',
  );
  const [was, is] = [identityOf(old.bundle), identityOf(next.bundle)];
  const isNamed = was.id !== null && is.id !== null;
  const isAlike = was.subject === is.subject;
  remark('other-platform', a.platform !== b.platform, `Other platform: ${a.platform}, then ${b.platform}.`);
  remark('other-app', isAlike && isNamed && was.id !== is.id, `Another ${is.subject}: ${was.id}, then ${is.id}.`);
  remark(
    'other-app',
    !isAlike,
    is.subject === 'app' ? 'First a library, then an app.' : 'First an app, then a library.',
  );
  remark(
    'app-unknown',
    isAlike && !isNamed,
    `Whether it is the same ${is.subject} is not known: its ${is.subject === 'app' ? 'id' : 'name'} was not read.`,
  );
  const signers = [signersOf(old), signersOf(next)] as const;
  const isOther = signers[0].length > 0 && signers[1].length > 0 && !signers[0].some((id) => signers[1].includes(id));
  remark('other-signer', isOther, 'Another signer, as the bundles say; signatures are not verified.');
  const again = 'judge both bundles by one: waybill diff OLD NEW';
  remark(
    'other-policy',
    policyOf(old) !== policyOf(next),
    `Another policy, or another state of it (${a.policy}, then ${b.policy}): ${again}.`,
  );
  remark('other-context', a.context !== b.context, `Something else was stated of the app (--context): ${again}.`);
  remark(
    'other-rules',
    a.rules !== b.rules,
    `Other rules: what is new or gone may be so for the rules alone; ${again}.`,
  );
  const registries = [old, next].map(({ addresses }) => addresses?.sha256 ?? null);
  remark('other-addresses', registries[0] !== registries[1], 'Other registry data of addresses (--addresses).');
  remark('other-day', a.asOf !== b.asOf, `Judged by what was known on ${a.asOf}, then on ${b.asOf}.`);
  remark('other-depth', a.depth !== b.depth, `Read to another depth: ${a.depth}, then ${b.depth}.`);
  remark(
    'other-waybill',
    a.waybill !== b.waybill,
    `Made by Waybill ${a.waybill}, then ${b.waybill}: what is read may differ.`,
  );
  remark(
    'unread-old',
    !isRead(old, next),
    'The old bundle was not read whole: what only the new one shows may not be new.',
  );
  remark(
    'unread-new',
    !isRead(next, old),
    'The new bundle was not read whole: what only the old one shows may not be gone.',
  );
  return remarks;
}

function policyOf({ policy }: Report): string {
  const { id, reject, review, accepts, rules } = policy;
  const asked = rules.map(({ id, level, undetermined, over }) => [id, level, undetermined, over]);
  return JSON.stringify([id, reject, review, [...accepts].sort(), asked]);
}

/** Apple's team ids, and digests of the signers' own certificates. */
function signersOf({ bundle }: Report): string[] {
  return bundle.signatures.flatMap(({ teamId, certificates: [own] }) =>
    [teamId, own?.sha256].filter((id) => id !== null && id !== undefined),
  );
}
