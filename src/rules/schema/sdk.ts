import * as v from 'valibot';
import { advisoryKinds, categories, controlIds, levels, services, topics } from '../../types.ts';
import { Data, Day, Digest, Id, Offset, Release, Source, Text } from '../basic.ts';
import { ApiCall, Switch } from '../switches.ts';
import { Clue, VersionAt } from './clue.ts';

/** What a vendor documents or a third party reported. `topic` ties it to the policy rules that cite it. */
export const Claim = v.strictObject({
  id: Id,
  topic: v.picklist(topics),
  basis: v.picklist(['documented', 'reported']),
  says: Text,
  data: v.optional(v.array(Data)),
  /**
   * Of what a vendor documents: data that travels encrypted between the device and the service unless the app says
   * otherwise. A document that names a protocol of the vendor's own, and not that it encrypts, protects nothing.
   */
  protects: v.optional(v.pipe(v.array(Data), v.minLength(1))),
  /** For a report: package name or bundle identifier of the app it was about, and that app's name. */
  about: v.optional(v.strictObject({ ids: v.array(Text), name: Text, version: v.optional(Text) })),
  /** First and last day on which it may be cited. */
  from: Day,
  to: v.optional(Day),
  source: Source,
});
export type ClaimRule = v.InferOutput<typeof Claim>;

export const ControlRule = v.strictObject({
  id: v.picklist(controlIds),
  name: Text,
  /** API names by which an app switches it, as they stand in bytes. */
  calls: v.array(Text),
  /** State when the app never switches it, as the vendor documents. */
  default: v.picklist(['on', 'off', 'unknown']),
  /** How code switches it, release by release: without one its state is undetermined whatever the code does. */
  switches: v.optional(v.array(Switch), []),
  remedy: Text,
  source: Source,
});

export const Advisory = v.strictObject({
  id: Text,
  kind: v.optional(v.picklist(advisoryKinds), 'vulnerability'),
  /**
   * Releases: `<3.1.0`, `>=2.0 <3.1.0.5`, branches joined by `||`, all of `*`, days (`<2023-12-20`) of code that numbers no
   * releases. Where packages of two platforms differ, one for each; a platform that is left out is not affected.
   */
  affected: v.union([
    Text,
    v.pipe(
      v.strictObject({ android: v.optional(Text), ios: v.optional(Text) }),
      v.check((a) => a.android !== undefined || a.ios !== undefined, 'ranges by platform name android or ios'),
    ),
  ]),
  confidence: v.picklist(['high', 'low']),
  level: v.picklist(levels),
  says: Text,
  remedy: Text,
  published: Day,
  source: Source,
});
export type Advisory = v.InferOutput<typeof Advisory>;

/** A kind of data the SDK can take once the app uses it. */
export const Takes = v.strictObject({
  data: Data,
  /** Who gets it: the SDK's vendor, or (self-hosted, plain WebRTC) nobody the bundle names. */
  to: v.picklist(['vendor', 'unknown']),
  basis: v.picklist(['capable', 'documented']),
  /**
   * Clues that show the code which takes it, any of these: several joined are met in one file. Only what is defined
   * aboard counts. Without them nothing aboard shows it, and it is documented at most.
   */
  shownBy: v.optional(v.array(v.pipe(v.array(Id), v.minLength(1), v.maxLength(4))), []),
  /** First release that can, and first that no longer can. A version that was read and lies outside takes nothing. */
  since: v.optional(Release),
  until: v.optional(Release),
  says: Text,
  source: Source,
});
export type Takes = v.InferOutput<typeof Takes>;

/**
 * Without its native code, how much of the SDK's own code is more than a stub. Less proves neither the SDK nor a flow.
 */
export const Needs = v.strictObject({
  /** Classes that DEX files define under these packages, together. */
  under: v.optional(v.array(Text), []),
  classes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2))),
  /** Names of its native library, any of them. */
  library: v.optional(v.array(Text), []),
  /** The releases that were counted, and what they have. */
  note: v.optional(Text),
  /** Types that images of iOS define and that are called so, together. */
  ios: v.optional(
    v.strictObject({
      called: v.pipe(v.array(Text), v.minLength(1)),
      types: v.pipe(v.number(), v.integer(), v.minValue(2)),
      note: Text,
    }),
  ),
});
export type Needs = v.InferOutput<typeof Needs>;

/**
 * A published file and what of the rule stands in it. Each once, below the rule: the rule is read and changed by people,
 * this is what proves it.
 */
export const Artifact = v.strictObject({
  /** As in a source. */
  artifact: Text,
  sha256: Digest,
  seen: Day,
  /** Id of a clue or version rule → where it stands; without `at` where the name of the file shows it. */
  holds: v.record(v.string(), v.strictObject({ at: v.optional(Offset), note: v.optional(Text) })),
});

export const Sdk = v.strictObject({
  id: Id,
  name: Text,
  vendor: Id,
  family: v.optional(Id),
  /** One that ships, or the id of a file in `categories/`. */
  category: v.union([v.picklist(categories), Id]),
  service: v.picklist(services),
  clues: v.pipe(v.array(Clue), v.minLength(1)),
  /** How many supporting clues make a detection when no strong one was met. */
  need: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2)), 2),
  versions: v.optional(v.array(VersionAt), []),
  /** Maven coordinates that it is published under, `group:artifact`: what a build names so is this SDK, in that version. */
  maven: v.optional(v.array(v.pipe(Text, v.regex(/^[\w.-]+:[\w.-]+$/, 'coordinates are group:artifact'))), []),
  /** SDKs that stand inside this one: detected on their own evidence, and then its component. */
  contains: v.optional(v.array(Id), []),
  takes: v.optional(v.array(Takes), []),
  needs: v.optional(Needs),
  /** Names of URL parameters in this SDK's templates, and the data they carry. */
  parameters: v.optional(v.array(v.strictObject({ name: Text, data: Data, source: Source })), []),
  controls: v.optional(v.array(ControlRule), []),
  /** Calls that start it, or hand it what says who gets data and whose they are. */
  api: v.optional(v.array(ApiCall), []),
  claims: v.optional(v.array(Claim), []),
  advisories: v.optional(v.array(Advisory), []),
  artifacts: v.pipe(v.array(Artifact), v.minLength(1, 'a rule says where its clues were seen')),
});
export type Sdk = v.InferOutput<typeof Sdk>;
