import * as v from 'valibot';
import {
  bases,
  changeKinds,
  controlStates,
  coverageReasons,
  coverageStates,
  dataKinds,
  depths,
  differenceRemarks,
  findingStates,
  formats,
  levels,
  openQuestions,
  platforms,
  presenceFacts,
  protections,
  trends,
  unidentifiedKinds,
  verdicts,
} from '../types.ts';

/** The shape of a difference: its types and its JSON Schema are made of it. Every item has an `id` that stays from release to release. */

const Text = v.string();
const Maybe = v.nullable(Text);
const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
const Percent = v.pipe(v.number(), v.minValue(0), v.maxValue(100));

/** One of the two reports: what it is of, and what it was judged by. */
const Side = v.strictObject({
  /** What `app` tells of: a library has no id. */
  subject: v.picklist(['app', 'library']),
  app: v.strictObject({ id: Maybe, name: Maybe, version: Maybe, build: Maybe }),
  platform: v.picklist(platforms),
  /** Of the bundle. */
  sha256: Text,
  waybill: Text,
  asOf: Text,
  depth: v.picklist(depths),
  /** Digest of the rules. */
  rules: Text,
  /** Id of the policy. */
  policy: Text,
  /** Digest of what the caller stated; null for nothing. */
  context: Maybe,
  complete: v.boolean(),
  verdict: v.picklist(verdicts),
  risk: v.strictObject({ proven: Percent, possible: Percent }),
});

/** A release went up or down; null where that cannot be told: one is not known, or they overlap. */
const Goes = v.nullable(v.picklist(['up', 'down']));

const Versions = v.array(Text);
export const SdkItem = v.strictObject({
  id: Text,
  name: Text,
  /** Of all its instances, each once, the oldest first; empty where none shows one. */
  versions: Versions,
  /** Where none is shown: the first release that it can be, and the first that it no longer is. */
  bounds: v.nullable(v.strictObject({ from: Maybe, before: Maybe })),
  /** Vendor id; the candidates, joined by commas, where it cannot be told. */
  vendor: Text,
  presence: v.array(v.picklist(presenceFacts)),
  /** False for a weak sign: listed, not counted. */
  counted: v.boolean(),
});
export const FlowItem = v.strictObject({
  id: Text,
  data: v.picklist(dataKinds),
  /** Id of the recipient. */
  recipient: Text,
  sdk: Maybe,
  host: Maybe,
  basis: v.picklist(bases),
  protection: v.picklist(protections),
  /** Countries in and out, as far as the app's code says; null where nothing says. */
  region: v.nullable(v.strictObject({ in: v.array(Text), out: v.array(Text) })),
});
export const ControlItem = v.strictObject({
  id: Text,
  sdk: Text,
  name: Text,
  /** Each state that a flow of the SDK has it in. */
  states: v.array(v.picklist(controlStates)),
});
export const EndpointItem = v.strictObject({ id: Text, vendor: Maybe, sdk: Maybe, inCode: v.boolean() });
export const PermissionItem = v.strictObject({
  id: Text,
  permission: Text,
  /** Kind and id of the extension or other unit that asks for it; null for the app itself. */
  unit: Maybe,
  /** False where the system grants it besides, without being asked. */
  asked: v.boolean(),
  /** The last API level whose devices are asked; null for all. */
  maxSdk: v.nullable(v.number()),
});
export const PartyItem = v.strictObject({
  id: Text,
  kind: v.picklist(unidentifiedKinds),
  name: Text,
  version: Maybe,
  vendor: Maybe,
});
export const LibraryItem = v.strictObject({ id: Text, versions: Versions });
export const GapItem = v.strictObject({
  id: Text,
  path: Text,
  format: v.picklist(formats),
  state: v.picklist(coverageStates),
  reason: v.nullable(v.picklist(coverageReasons)),
});
export const FindingItem = v.strictObject({
  id: Text,
  title: Text,
  level: v.picklist(levels),
  state: v.picklist(findingStates),
  open: v.nullable(v.picklist(openQuestions)),
});

/** What changed of one kind of thing; `same` counts what did not. */
const group = <Item extends v.GenericSchema, Extra extends v.ObjectEntries>(item: Item, extra: Extra) =>
  v.strictObject({
    same: Count,
    changes: v.array(
      v.strictObject({
        change: v.picklist(changeKinds),
        /** Null where only the new report has it. */
        old: v.nullable(item),
        new: v.nullable(item),
        /** Fields of the item that are not as they were. */
        differs: v.array(Text),
        ...extra,
      }),
    ),
  });

export const Difference = v.strictObject({
  schema: v.literal('1.0.0'),
  /** By the findings above info: `better` only where all that decides was read and asked alike. */
  trend: v.picklist(trends),
  old: Side,
  new: Side,
  remarks: v.array(v.strictObject({ code: v.picklist(differenceRemarks), says: Text })),
  findings: group(FindingItem, { trend: v.picklist(trends) }),
  sdks: group(SdkItem, { goes: Goes }),
  flows: group(FlowItem, {}),
  controls: group(ControlItem, {}),
  permissions: group(PermissionItem, {}),
  endpoints: group(EndpointItem, {}),
  /** Code that no rule knows. */
  parties: group(PartyItem, { goes: Goes }),
  /** Named by files of the build. */
  libraries: group(LibraryItem, { goes: Goes }),
  /** Of platforms and languages. */
  runtimes: group(LibraryItem, { goes: Goes }),
  /** What could hide an SDK and was not read whole. */
  unread: group(GapItem, {}),
});
export type Difference = v.InferOutput<typeof Difference>;
export type Side = v.InferOutput<typeof Side>;
export type SdkItem = v.InferOutput<typeof SdkItem>;
export type FlowItem = v.InferOutput<typeof FlowItem>;
export type ControlItem = v.InferOutput<typeof ControlItem>;
export type EndpointItem = v.InferOutput<typeof EndpointItem>;
export type PermissionItem = v.InferOutput<typeof PermissionItem>;
export type PartyItem = v.InferOutput<typeof PartyItem>;
export type LibraryItem = v.InferOutput<typeof LibraryItem>;
export type GapItem = v.InferOutput<typeof GapItem>;
export type FindingItem = v.InferOutput<typeof FindingItem>;
export type FindingChange = Difference['findings']['changes'][number];
