import type { NamedLibrary, PermissionUse, RuntimeAboard, SdkList, Unidentified } from './aboard.ts';
import type { BundleFacts } from './bundle.ts';
import type { Anomaly, Coverage, CoverageReason } from './coverage.ts';
import type { Detection } from './detection.ts';
import type { AddressDatabase, Endpoint } from './endpoint.ts';
import type { Background, Finding, Risk } from './finding.ts';
import type { Flow, Recipient } from './flow.ts';
import type { LawFact, Source, VendorFacts } from './source.ts';
import type { Axis, Depth, Level, SubjectKind, Taxonomy, Verdict } from './words.ts';

/** What no bundle holds and the caller may state. */
export interface Context {
  readonly operator?: { readonly name: string; readonly country?: string | undefined } | undefined;
  readonly distribution?:
    | { readonly offered?: readonly string[] | undefined; readonly notOffered?: readonly string[] | undefined }
    | undefined;
  readonly audience?: string | undefined;
  readonly sector?: string | undefined;
}

/** A rule of the policy: what was asked of the bundle, whether a finding came of it or not. */
export interface AskedRule {
  readonly id: string;
  readonly axis: Axis;
  /** What it was asked of: each flow, each detection, the bundle. */
  readonly over: SubjectKind;
  /** Of a finding that holds, and of one not decided. */
  readonly level: Level;
  readonly undetermined: Level;
  /** Rules that ask what this one must know: while one of them has no answer, this one says nothing, which is no answer. */
  readonly askedBy: readonly string[];
  /** What it asks, of no recipient or SDK in particular. */
  readonly question: string;
  /** Where public lists of weaknesses and controls have it; by `source`, which says so. */
  readonly taxa: readonly { readonly taxonomy: Taxonomy; readonly id: string; readonly source: Source }[];
}

/** The answer: a pure function of bytes, rules, policy, context, registry data and date. */
export interface Report {
  readonly schema: '2.0.0';
  readonly waybill: string;
  readonly asOf: string;
  readonly depth: Depth;
  readonly bundle: BundleFacts;
  readonly rules: { readonly digest: string; readonly sdks: number; readonly vendors: number };
  readonly policy: {
    readonly id: string;
    readonly name: string;
    /** Levels from which a finding rejects, or asks for review. */
    readonly reject: Level;
    readonly review: Level;
    /** Reasons of incompleteness that the policy accepts. */
    readonly accepts: readonly CoverageReason[];
    /** Every rule that was asked, in the policy's order. */
    readonly rules: readonly AskedRule[];
  };
  readonly context: { readonly digest: string; readonly stated: Context } | null;
  /** Null where no registry data was given. */
  readonly addresses: AddressDatabase | null;
  readonly verdict: Verdict;
  readonly verdictReasons: readonly string[];
  readonly complete: boolean;
  readonly risk: Risk;
  readonly detections: readonly Detection[];
  /** Every vendor that something aboard or a finding names, whether data goes to it or not. */
  readonly vendors: readonly VendorFacts[];
  /** Who gets data, each once: flows and findings refer to it by id. */
  readonly recipients: readonly Recipient[];
  readonly flows: readonly Flow[];
  readonly findings: readonly Finding[];
  /** Laws that findings cite, each once. */
  readonly laws: readonly LawFact[];
  readonly background: readonly Background[];
  readonly endpoints: readonly Endpoint[];
  readonly unidentified: readonly Unidentified[];
  readonly permissionUse: readonly PermissionUse[];
  readonly runtimes: readonly RuntimeAboard[];
  readonly libraries: readonly NamedLibrary[];
  /** Published lists of which something is aboard by name. */
  readonly listed: readonly SdkList[];
  readonly coverage: readonly Coverage[];
  readonly anomalies: readonly Anomaly[];
  readonly notices: readonly string[];
}

/** A known finding that somebody has accepted, for a reason and a time. What it names of an app must all be so. */
export interface Waiver {
  /** Id of a finding, or its beginning up to a `/` and then `*`: `relay-through-country/*`. */
  readonly finding: string;
  readonly reason: string;
  /** Who accepted it. */
  readonly by: string;
  /** First day on which it no longer counts, YYYY-MM-DD: compared with the real day, never with the report's. */
  readonly expires: string;
  /** Package name or bundle identifier of the one app that it is for; every app where left out. */
  readonly app?: string | undefined;
  /** Version of the app, where `*` stands for any characters: `4.*`. */
  readonly version?: string | undefined;
  /** What the bundle's file is called, as reports call it, where `*` stands for any characters: `build/*.apk`. */
  readonly file?: string | undefined;
}

export interface Progress {
  readonly phase: 'open' | 'read' | 'judge';
  /** Bytes of the source read so far and in all. */
  readonly done: number;
  readonly total: number;
}
