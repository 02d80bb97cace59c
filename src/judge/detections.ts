import { citable, knownOf } from '../asof.ts';
import { order } from '../order.ts';
import { boundsText } from '../releases.ts';
import { advisoryLevel } from '../rules/levels.ts';
import type { PolicyRule } from '../rules/schema.ts';
import type { Anomaly, Evidence, Ground, UnidentifiedKind } from '../types.ts';
import {
  advisorySubject,
  anomalySubject,
  bundleSubject,
  detectionSubject,
  strangersIn,
  unidentifiedBy,
} from './fields.ts';
import { type Draft, type Outcome, trial, write } from './finding.ts';
import { sourceGround } from './grounds.ts';
import { ownerOf, type Party } from './links.ts';
import type { AdvisoryMatch, Setting } from './setting.ts';
import { sentence, some } from './words.ts';

/** Findings about SDKs, advisories, the container and the bundle as a whole. */

const NAMES_LISTED = 8;

type Shape = Pick<Draft, 'rule' | 'of' | 'state' | 'contributions'> & Partial<Draft>;

/** A draft of what is no flow. */
function draft(shape: Shape): Draft {
  const none = {
    party: null,
    sdks: [],
    sdkNames: [],
    data: [],
    hosts: [],
    open: [],
    words: {},
    grounds: [],
    evidence: [],
  };
  return { ...none, basis: 'coded', ...shape };
}

export function judgeDetections(rule: PolicyRule, setting: Setting): Outcome[] {
  return [...setting.found.detections]
    .sort((a, b) => order(a.sdk, b.sdk) || order(JSON.stringify(a), JSON.stringify(b)))
    .flatMap((detection) => {
      const supposed = [true, false].map((others) => detectionSubject(detection, setting, others));
      const { truth, open, level, wants } = trial(rule, detectionSubject(detection, setting), supposed);
      if (truth === false) return [];
      // A sign that proves no SDK says nothing of its maker.
      const id = detection.scored ? detection.vendor : null;
      const vendor = id === null ? undefined : setting.rules.vendors.get(id);
      const party: Party | null = vendor
        ? { kind: 'entity', id: vendor.id, name: vendor.name, ...knownOf(vendor, setting.asOf) }
        : null;
      const state = truth === true ? 'holds' : 'undetermined';
      const owner = party ? ownerOf(party, setting.asOf) : detection.sdk;
      return write(
        draft({
          rule,
          of: detection.sdk,
          state,
          level,
          wants,
          party,
          sdks: [detection.sdk],
          sdkNames: [detection.name],
          open,
          evidence: detection.evidence,
          contributions: [{ cause: `${owner} · code · ${rule.axis}`, state }],
        }),
        setting,
      );
    });
}

export function judgeAdvisories(rule: PolicyRule, setting: Setting): Outcome[] {
  return setting.found.advisories
    .filter(({ sdk, advisory }) => setting.scored.has(sdk) && advisory.published <= setting.asOf)
    .sort(
      (a, b) =>
        order(`${a.sdk}/${a.advisory.id}`, `${b.sdk}/${b.advisory.id}`) ||
        order(a.state, b.state) ||
        order(JSON.stringify(a), JSON.stringify(b)),
    )
    .filter((match, i, all) => all[i - 1]?.sdk !== match.sdk || all[i - 1]?.advisory.id !== match.advisory.id)
    .flatMap((match) => {
      const { truth, open } = trial(rule, advisorySubject(match, setting));
      if (truth === false) return [];
      const { advisory, version, sdk } = match;
      const decided = truth === true && match.state === 'holds';
      const state = decided ? 'holds' : 'undetermined';
      const name = setting.scored.get(sdk)?.name ?? sdk;
      const unsure = version === null ? 'the version that is aboard' : `whether version ${version} is affected`;
      return write(
        draft({
          rule,
          of: `${sdk}/${advisory.id}`,
          state,
          level: advisoryLevel(rule, match.advisory, decided),
          sdks: [sdk],
          sdkNames: [name],
          open: match.state === 'holds' ? open : [...open, unsure],
          words: {
            advisory: advisory.id,
            version: version ?? (match.bounds ? boundsText(match.bounds) : 'of a version that was not read'),
            says: advisory.says,
            fix: advisory.remedy,
          },
          // It counts by its own day. A source that was published later than that is not named.
          grounds: [advisoryGround(advisory, setting)],
          evidence: match.evidence,
          contributions: [{ cause: `${sdk} · ${advisory.id} · ${rule.axis}`, state }],
        }),
        setting,
      );
    });
}

function advisoryGround({ id, says, source }: AdvisoryMatch['advisory'], { asOf }: Setting): Ground {
  const ground = sourceGround(source, `${id}: ${says}`);
  return citable(source, asOf) ? ground : { ...ground, source: null };
}

/** A trick of the container is its form, and no text that stands somewhere. */
function anomalyEvidence({ code, path, offset, detail }: Anomaly): Evidence {
  return {
    clue: code,
    kind: 'file',
    path: path ?? '(the archive)',
    text: detail.slice(0, 200),
    encoding: 'decoded',
    spans: [],
    how: `form at byte ${offset}`,
    value: null,
    entrySha256: null,
  };
}

/** One finding for each code, however often it was met; the container as a whole is one cause. */
export function judgeAnomalies(rule: PolicyRule, setting: Setting): Outcome[] {
  const byCode = new Map<string, Anomaly[]>();
  const sorted = [...setting.found.anomalies].sort(
    (a, b) =>
      order(a.code, b.code) || order(a.path ?? '', b.path ?? '') || a.offset - b.offset || order(a.detail, b.detail),
  );
  for (const anomaly of sorted) {
    if (trial(rule, anomalySubject(anomaly, setting)).truth === false) continue;
    const already = byCode.get(anomaly.code);
    if (already) already.push(anomaly);
    else byCode.set(anomaly.code, [anomaly]);
  }
  return [...byCode].map(([code, anomalies]) => {
    const trials = anomalies.map((anomaly) => trial(rule, anomalySubject(anomaly, setting)));
    const state = trials.some((t) => t.truth === true) ? 'holds' : 'undetermined';
    return write(
      draft({
        rule,
        of: code,
        state,
        open: [...new Set(trials.flatMap((t) => t.open))],
        words: {
          code,
          says: sentence(anomalies[0]!.detail),
          names: some([...new Set(anomalies.flatMap((a) => a.path ?? []))]),
        },
        evidence: anomalies.map(anomalyEvidence),
        contributions: [{ cause: `the container · ${rule.axis}`, state }],
      }),
      setting,
    );
  });
}

/** Kinds whose size is a number of classes or other types. */
const countedInTypes: readonly UnidentifiedKind[] = ['package', 'classes', 'module'];

export function judgeBundle(rule: PolicyRule, setting: Setting): Outcome[] {
  const { truth, open } = trial(rule, bundleSubject(setting));
  if (truth === false) return [];
  const state = truth === true ? 'holds' : 'undetermined';
  const unidentified = strangersIn(setting)
    .filter((u) => rule.when.some(({ field, in: kinds = [] }) => unidentifiedBy(field)?.(u) && kinds.includes(u.kind)))
    .sort((a, b) => order(a.name, b.name) || order(JSON.stringify(a), JSON.stringify(b)));
  return [
    write(
      draft({
        rule,
        of: 'bundle',
        state,
        open,
        words: {
          names: some(
            unidentified.map((u) => u.name),
            NAMES_LISTED,
          ),
        },
        grounds: unidentified.slice(0, NAMES_LISTED).map(({ name, kind, size, sha256, hosts }) => {
          const digest = sha256 === null ? '' : `, sha256 ${sha256}`;
          const named = hosts.length === 0 ? '' : `, naming ${some([...hosts].sort(order))}`;
          const unit = countedInTypes.includes(kind) ? 'types' : 'bytes';
          return { kind: 'bytes', says: `the ${kind} ${name}: ${size} ${unit}${digest}${named}`, source: null };
        }),
        contributions: [{ cause: `the bundle · ${rule.id} · ${rule.axis}`, state }],
      }),
      setting,
    ),
  ];
}
