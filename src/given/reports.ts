import * as v from 'valibot';
import { ScanError } from '../errors.ts';
import {
  bases,
  confidences,
  controlStates,
  coverageReasons,
  coverageStates,
  dataKinds,
  depths,
  findingStates,
  formats,
  levels,
  openQuestions,
  platforms,
  presenceFacts,
  protections,
  type Report,
  subjects,
  unidentifiedKinds,
  unitKinds,
  verdicts,
} from '../types.ts';

/** Reports that come from a file, which anybody may have edited: all that is compared is checked, the rest is left as it is. */

const Text = v.string();
const Maybe = v.nullable(Text);
const Countries = v.array(Text);

const App = v.looseObject({
  ...{ id: Maybe, name: Maybe, version: Maybe, build: Maybe, permissions: v.array(Text) },
  permissionLimits: v.array(v.looseObject({ name: Text, maxSdk: v.number() })),
  implied: v.array(v.looseObject({ name: Text })),
});
const Bundle = v.looseObject({
  ...{ platform: v.picklist(platforms), sha256: Text, app: App },
  units: v.array(v.looseObject({ path: Text, kind: v.picklist(unitKinds), app: App })),
  signatures: v.array(v.looseObject({ teamId: Maybe, certificates: v.array(v.looseObject({ sha256: Text })) })),
});
const Policy = v.looseObject({
  ...{
    id: Text,
    reject: v.picklist(levels),
    review: v.picklist(levels),
    accepts: v.array(v.picklist(coverageReasons)),
  },
  rules: v.array(
    v.looseObject({
      id: Text,
      level: v.picklist(levels),
      undetermined: v.picklist(levels),
      over: v.picklist(subjects),
    }),
  ),
});
const Detection = v.looseObject({
  ...{ sdk: Text, name: Text, family: Maybe, vendor: Maybe, candidates: v.array(Text), version: Maybe },
  versionBounds: v.nullable(v.looseObject({ from: Maybe, before: Maybe })),
  ...{ presence: v.array(v.picklist(presenceFacts)), scored: v.boolean(), confidence: v.picklist(confidences) },
  instances: v.array(v.looseObject({ version: Maybe })),
});
const Flow = v.looseObject({
  ...{ id: Text, data: v.picklist(dataKinds), recipient: Text, sdk: Maybe, host: Maybe },
  ...{ basis: v.picklist(bases), protection: v.picklist(protections) },
  region: v.nullable(v.looseObject({ in: Countries, out: Countries })),
  controls: v.array(v.looseObject({ id: Text, name: Text, state: v.picklist(controlStates) })),
});
const Finding = v.looseObject({
  ...{ id: Text, rule: Text, title: Text, level: v.picklist(levels) },
  ...{ state: v.picklist(findingStates), open: v.nullable(v.picklist(openQuestions)) },
});
const Coverage = v.looseObject({
  ...{ path: Text, format: v.picklist(formats), state: v.picklist(coverageStates) },
  ...{ reason: v.nullable(v.picklist(coverageReasons)), matters: v.boolean() },
});
const Named = v.looseObject({ name: Text, version: Maybe });

const Compared = v.looseObject({
  ...{ schema: v.literal('2.0.0'), waybill: Text, asOf: Text, depth: v.picklist(depths), bundle: Bundle },
  ...{ rules: v.looseObject({ digest: Text }), policy: Policy, verdict: v.picklist(verdicts), complete: v.boolean() },
  context: v.nullable(v.looseObject({ digest: Text })),
  addresses: v.nullable(v.looseObject({ sha256: Text })),
  risk: v.looseObject({ overall: v.looseObject({ proven: v.number(), possible: v.number() }) }),
  ...{ detections: v.array(Detection), flows: v.array(Flow), findings: v.array(Finding), coverage: v.array(Coverage) },
  endpoints: v.array(v.looseObject({ host: Text, scheme: Maybe, vendor: Maybe, sdk: Maybe, inCode: v.boolean() })),
  unidentified: v.array(
    v.looseObject({ kind: v.picklist(unidentifiedKinds), name: Text, version: Maybe, vendor: Maybe }),
  ),
  ...{ libraries: v.array(Named), runtimes: v.array(Named) },
});

const WAY_OUT = 'make one with: waybill scan APP -o json=report.json';

/** A report of a document, and what the scan called the bundle that it is of. */
export interface FiledReport {
  /** Null for a report that stands alone. */
  readonly file: string | null;
  readonly report: Report;
}

/**
 * The reports of a JSON document: one or a list, each bare or beside the name of its file, as `-o json` writes them. In a
 * list what holds an error in place of a report is passed over.
 * @param name what the document is called in messages
 * @throws ScanError bad-report, naming document, field and what may stand there
 */
export function parseFiledReports(document: unknown, name = 'report'): FiledReport[] {
  if (!Array.isArray(document)) return [{ file: fileIn(document), report: parseReport(document, name) }];
  if (document.length === 0) throw new ScanError('bad-report', `${name}: an empty list; ${WAY_OUT}`);
  const filed = document.flatMap((item, i) =>
    isFailure(item) ? [] : [{ file: fileIn(item), report: parseReport(item, `${name}: ${i}`) }],
  );
  if (filed.length === 0) throw new ScanError('bad-report', `${name}: errors alone, and no report; ${WAY_OUT}`);
  return filed;
}

/** The same without the names of files. @throws ScanError bad-report */
export function parseReports(document: unknown, name = 'report'): Report[] {
  return parseFiledReports(document, name).map(({ report }) => report);
}

function isFailure(item: unknown): boolean {
  return typeof item === 'object' && item !== null && 'error' in item && !('report' in item);
}

function fileIn(item: unknown): string | null {
  const { file } = (typeof item === 'object' && item !== null ? item : {}) as { readonly file?: unknown };
  return typeof file === 'string' ? file : null;
}

function parseReport(item: unknown, name: string): Report {
  const report = reportIn(item);
  const schema = typeof report === 'object' && report !== null && 'schema' in report ? report.schema : undefined;
  if (schema !== '2.0.0') {
    throw new ScanError('bad-report', `${name}: not a report of this Waybill (schema 2.0.0); ${WAY_OUT}`);
  }
  const result = v.safeParse(Compared, report, { abortEarly: true });
  // What was not checked is not read either: a report of a file is compared, and held against a gate.
  if (result.success) return report as Report;
  const [issue] = result.issues;
  throw new ScanError('bad-report', `${name}: ${v.getDotPath(issue) ?? '(whole)'}: ${issue.message}; ${WAY_OUT}`);
}

/** What stands beside the name of a file is its report. */
function reportIn(item: unknown): unknown {
  return typeof item === 'object' && item !== null && 'report' in item ? item.report : item;
}
