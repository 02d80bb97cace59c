import type { Advisory, Policy, Rules } from '../rules/schema.ts';
import type { TracedFlow } from '../trace/flow.ts';
import type {
  Anomaly,
  Context,
  Coverage,
  Detection,
  Evidence,
  Unidentified,
  Unit,
  VendorHost,
  VersionBounds,
} from '../types.ts';

/** An advisory whose range meets the version that was read; undetermined where version or range is not sure. */
export interface AdvisoryMatch {
  readonly sdk: string;
  readonly advisory: Advisory;
  readonly state: 'holds' | 'undetermined';
  readonly version: string | null;
  /** What decided where no version was read. */
  readonly bounds?: VersionBounds;
  readonly evidence: readonly Evidence[];
}

/** What there is to judge: all that the bytes gave. */
export interface Case {
  readonly detections: readonly Detection[];
  readonly flows: readonly TracedFlow[];
  readonly hosts: readonly VendorHost[];
  readonly anomalies: readonly Anomaly[];
  readonly unidentified: readonly Unidentified[];
  readonly coverage: readonly Coverage[];
  readonly units: readonly Unit[];
  readonly advisories: readonly AdvisoryMatch[];
}

/** What a case is judged by. */
export interface By {
  readonly rules: Rules;
  readonly policy: Policy;
  /** What the caller stated; a rule that asks for more stays undetermined. */
  readonly context: Context | null;
  /** YYYY-MM-DD: no law, entity, claim or advisory of a later day is used. */
  readonly asOf: string;
}

/** A case with what it is judged against. `asOf` is YYYY-MM-DD. */
export interface Setting {
  readonly found: Case;
  readonly rules: Rules;
  readonly context: Context | null;
  readonly asOf: string;
  /** Scored detections by SDK id: only what they brought is judged. */
  readonly scored: ReadonlyMap<string, Detection>;
}
