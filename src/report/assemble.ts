import type { Reading } from '../inventory/reading.ts';
import { order } from '../order.ts';
import type { Policy, Rules } from '../rules/schema.ts';
import { portableSha256 } from '../runtime/sha256.ts';
import { reportTexts } from '../text.ts';
import type { TracedFlow } from '../trace/flow.ts';
import type {
  AddressDatabase,
  Anomaly,
  Background,
  Context,
  Coverage,
  Detection,
  Endpoint,
  Finding,
  LawFact,
  NamedLibrary,
  PermissionUse,
  Report,
  Risk,
  RuntimeAboard,
  SdkList,
  Unidentified,
  Verdict,
} from '../types.ts';
import { version } from '../version.ts';
import { asked } from './asked.ts';
import { withRecipients } from './recipients.ts';
import { vendorsNamed } from './vendors.ts';

interface Parts {
  readonly reading: Reading;
  readonly bundle: Report['bundle'];
  readonly asOf: string;
  readonly rules: Rules;
  readonly policy: Policy;
  readonly context: Context | null;
  readonly addresses: AddressDatabase | null;
  readonly detections: readonly Detection[];
  readonly flows: readonly TracedFlow[];
  readonly findings: readonly Finding[];
  readonly laws: readonly LawFact[];
  readonly background: readonly Background[];
  /** Of judging; those of reading stand in the reading. */
  readonly notices: readonly string[];
  readonly risk: Risk;
  readonly verdict: { readonly verdict: Verdict; readonly reasons: readonly string[]; readonly complete: boolean };
  readonly endpoints: readonly Endpoint[];
  readonly unidentified: readonly Unidentified[];
  readonly permissionUse: readonly PermissionUse[];
  readonly runtimes: readonly RuntimeAboard[];
  readonly libraries: readonly NamedLibrary[];
  readonly listed: readonly SdkList[];
  readonly coverage: readonly Coverage[];
}

/** Instances listed for one detection; the rest is counted. */
const MOST_INSTANCES = 200;

/** Puts the report together: sorted, and the same for the same input. */
export function assemble(parts: Parts): Report {
  const { reading, rules, policy, context, addresses } = parts;
  return {
    schema: '2.0.0',
    waybill: version,
    asOf: parts.asOf,
    depth: reading.depth,
    bundle: parts.bundle,
    rules: { digest: rules.digest, sdks: rules.sdks.size, vendors: rules.vendors.size },
    policy: {
      ...{ id: policy.id, name: policy.name, reject: policy.reject, review: policy.review, accepts: policy.accepts },
      rules: policy.rules.map(asked),
    },
    context: context && { digest: digestOf(context), stated: context },
    addresses: addresses && { name: addresses.name, sha256: addresses.sha256, built: addresses.built },
    verdict: parts.verdict.verdict,
    verdictReasons: reportTexts(parts.verdict.reasons),
    complete: parts.verdict.complete,
    risk: parts.risk,
    detections: parts.detections.map(cutInstances),
    vendors: vendorsNamed(parts, rules, parts.asOf),
    ...withRecipients(parts.flows, parts.findings),
    findings: parts.findings,
    laws: parts.laws,
    background: parts.background,
    endpoints: parts.endpoints,
    unidentified: parts.unidentified,
    permissionUse: parts.permissionUse,
    runtimes: parts.runtimes,
    libraries: parts.libraries,
    listed: parts.listed,
    coverage: gapsFirst(parts.coverage),
    anomalies: [...reading.anomalies].sort(byPlace),
    notices: [...reading.notices, ...parts.notices],
  };
}

function digestOf(context: Context): string {
  const hash = portableSha256();
  hash.update(new TextEncoder().encode(JSON.stringify(context)));
  return hash.digest();
}

/** Only here: everything before has seen them all, so that none hides behind the others. */
function cutInstances(detection: Detection): Detection {
  const more = detection.instances.length - MOST_INSTANCES;
  if (more <= 0) return detection;
  return { ...detection, instances: detection.instances.slice(0, MOST_INSTANCES), moreInstances: more };
}

/** What could hide an SDK stands first. */
function gapsFirst(coverage: readonly Coverage[]): Coverage[] {
  const isGap = (line: Coverage) => line.matters && line.state !== 'read';
  return [...coverage.filter(isGap).sort(byPlace), ...coverage.filter((line) => !isGap(line)).sort(byPlace)];
}

function byPlace(a: Anomaly | Coverage, b: Anomaly | Coverage): number {
  return order(a.path ?? '', b.path ?? '') || (a.offset ?? -1) - (b.offset ?? -1);
}
