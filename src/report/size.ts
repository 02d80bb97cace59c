import { reportTexts } from '../text.ts';
import type { Coverage, Report, Unit } from '../types.ts';
import { decideVerdict } from './gate.ts';

/** Bytes of a report as JSON, and what is kept of them for the lines that say what was left out. */
const MOST = 16 * 1024 * 1024;
const SPARE = 64 * 1024;

/** Bytes that each list may keep, however large the others are. */
const LEAST = 256 * 1024;

/** A list that is cut where the report is too large. */
interface Part<T = unknown> {
  /** What it holds, in words. */
  readonly what: string;
  /** Whether nothing else in the report tells of what is left out. */
  readonly matters: boolean;
  list(report: Report): readonly T[];
  /** How many at its beginning the report holds a second time. */
  twice?(report: Report): number;
  with(report: Report, list: readonly T[]): Report;
}

const part = <T>(each: Part<T>): Part => each as Part;

/** Of all units, one behind another. */
const ofApps = (
  key: 'permissions' | 'permissionLimits' | 'background' | 'entitlements' | 'architectures',
  what: string,
  matters: boolean,
) =>
  part({
    ...{ what, matters },
    list: ({ bundle }) => bundle.units.flatMap(({ app }): readonly unknown[] => app[key]),
    twice: ({ bundle }) => bundle.units[0]?.app[key].length ?? 0,
    with(report, list) {
      let at = 0;
      const units = report.bundle.units.map((unit) => {
        const own: readonly unknown[] = list.slice(at, at + unit.app[key].length);
        at += unit.app[key].length;
        return { ...unit, app: { ...unit.app, [key]: own } };
      });
      return withUnits(report, units);
    },
  });

const withUnits = (report: Report, units: readonly Unit[]): Report => ({
  ...report,
  bundle: { ...report.bundle, app: units[0]?.app ?? report.bundle.app, units },
});

const ofBundle = (key: 'signatures' | 'signingBlock' | 'privacyManifests', what: string) =>
  part({
    ...{ what, matters: false },
    list: ({ bundle }): readonly unknown[] => bundle[key] ?? [],
    with: (report, list) => ({ ...report, bundle: { ...report.bundle, [key]: list } }),
  });

const ofReport = (
  key: 'unidentified' | 'anomalies' | 'endpoints' | 'libraries' | 'permissionUse' | 'runtimes',
  what: string,
  matters = true,
) =>
  part({
    ...{ what, matters },
    list: (report) => report[key] as readonly unknown[],
    with: (report, list) => ({ ...report, [key]: list }),
  });

/** In the order in which they are cut, each at its end. Findings and detections stay: rules bound their number. */
const parts: readonly Part[] = [
  ofBundle('signingBlock', 'parts of the signing block'),
  ofBundle('signatures', 'signatures'),
  ofBundle('privacyManifests', 'privacy manifests'),
  ofApps('architectures', 'architectures', false),
  ofApps('background', 'background modes', false),
  ofApps('entitlements', 'entitlements', false),
  ofReport('unidentified', 'libraries, frameworks and packages that no rule knows'),
  ofReport('libraries', 'libraries that files of the build name', false),
  ofReport('runtimes', 'runtimes of platforms and languages', false),
  ofReport('permissionUse', 'permissions with who refers to what needs them', false),
  ofReport('anomalies', 'anomalies'),
  ofApps('permissionLimits', 'limits of permissions', true),
  ofApps('permissions', 'permissions', true),
  part({ what: 'units', matters: true, list: ({ bundle }) => bundle.units, with: withUnits }),
  ofReport('endpoints', 'hosts and addresses'),
  part({
    what: 'flows',
    matters: true,
    list: ({ flows }) => flows,
    with(report, flows) {
      const named = new Set([...flows, ...report.findings].map(({ recipient }) => recipient));
      return { ...report, flows, recipients: report.recipients.filter(({ id }) => named.has(id)) };
    },
  }),
];

/**
 * The report, in at most 16 MiB of JSON: a few kilobytes of a bundle can ask for hundreds of times that. What was judged
 * was judged by all of it; what is left out for its size is counted, and the verdict never becomes milder.
 */
export function* limitReport(report: Report): Generator<number, Report, void> {
  const size = yield* sizeOfReport(report);
  let over = size - MOST + SPARE;
  if (over <= 0) return report;
  let fitted = shortenEach(report);
  over -= size - (yield* sizeOfReport(fitted));
  const left: Coverage[] = [];
  for (const { what, matters, list, twice, with: withList } of parts) {
    if (over <= 0) break;
    const all = list(fitted);
    yield all.length;
    const { count, bytes } = beginning(all, over, twice?.(fitted));
    if (count === all.length) continue;
    fitted = withList(fitted, all.slice(0, count));
    over -= bytes;
    left.push(lineOf(`${all.length - count} ${what} more than a report of ${MOST} bytes has room for`, matters));
  }
  const { count } = over > 0 ? beginning(fitted.coverage, over) : { count: fitted.coverage.length };
  const coverage = [...left, ...fitted.coverage.slice(0, count), ...counted(fitted.coverage.slice(count))];
  const policy = { ...report.policy, accepts: [...report.policy.accepts] };
  const { verdict, reasons, complete } = decideVerdict(report.findings, coverage, policy, report.detections);
  return { ...fitted, coverage, verdict, verdictReasons: reportTexts(reasons), complete };
}

/** As much of a list as has to stay, or may: how many of it, and the bytes of what does not. */
function beginning(list: readonly unknown[], over: number, twice = 0): { count: number; bytes: number } {
  // As shallow as any list stands: what is left out is never less than it was taken for.
  const sizes = list.map((each, i) => (sizeOf(each, 2) + 6) * (i < twice ? 2 : 1));
  let bytes = sizes.reduce((sum, size) => sum + size, 0);
  const most = Math.max(LEAST, bytes - over);
  let kept = 0;
  let count = 0;
  for (; count < sizes.length && kept + sizes[count]! <= most; count++) kept += sizes[count]!;
  bytes -= kept;
  return { count, bytes };
}

/** Places of one SDK or host, of which the report counts what it does not list. */
function shortenEach(report: Report): Report {
  const [INSTANCES, EVIDENCE, PLACES] = [16, 8, 2];
  return {
    ...report,
    detections: report.detections.map((detection) => ({
      ...detection,
      instances: detection.instances.slice(0, INSTANCES),
      moreInstances: detection.moreInstances + Math.max(0, detection.instances.length - INSTANCES),
      evidence: detection.evidence.slice(0, EVIDENCE),
      moreEvidence: detection.moreEvidence + Math.max(0, detection.evidence.length - EVIDENCE),
    })),
    endpoints: report.endpoints.map((endpoint) => ({
      ...endpoint,
      at: endpoint.at.slice(0, PLACES),
      more: endpoint.more + Math.max(0, endpoint.at.length - PLACES),
    })),
  };
}

function lineOf(detail: string, matters: boolean): Coverage {
  const path = '(the report)';
  return { path, format: 'report', state: 'partial', reason: 'budget', offset: null, detail, matters };
}

/** One line for each kind of line, so that no reason for which something was not read is lost. */
function counted(lines: readonly Coverage[]): Coverage[] {
  const kinds = new Map<string, { readonly first: Coverage; count: number }>();
  for (const line of lines) {
    const key = `${line.matters} ${line.state} ${line.format} ${line.reason}`;
    const kind = kinds.get(key);
    if (kind) kind.count++;
    else kinds.set(key, { first: line, count: 1 });
  }
  return [...kinds.values()].map(({ first, count }) => ({
    ...first,
    path: `(${count} more lines)`,
    offset: null,
    detail: 'as those that are listed',
  }));
}

/** Members of a list between two moments in which the work can be left. */
const SOME = 256;

/** `sizeOf` of a whole report: 8 MB take 40 ms. */
function* sizeOfReport(report: Report): Generator<number, number, void> {
  let size = sizeOf({});
  for (const [key, value] of Object.entries(report)) {
    const own: unknown = Array.isArray(value) ? [] : value;
    size += sizeOf({ [key]: own }) - sizeOf({});
    if (!Array.isArray(value)) continue;
    for (let from = 0; from < value.length; from += SOME) {
      // As deep as they stand in the report.
      size += sizeOf(value.slice(from, from + SOME), 1) - sizeOf([], 1);
      yield SOME;
    }
  }
  return size;
}

/** Bytes of a value as `renderJson` writes it, or a few more. */
function sizeOf(value: unknown, depth = 0): number {
  if (typeof value === 'string') return sizeOfText(value);
  if (typeof value !== 'object' || value === null) return String(value).length;
  const indent = 2 * depth + 3;
  let size = indent + 1;
  if (Array.isArray(value)) for (let i = 0; i < value.length; i++) size += indent + 1 + sizeOf(value[i], depth + 1);
  else {
    for (const key of Object.keys(value)) {
      const each: unknown = (value as Readonly<Record<string, unknown>>)[key];
      if (each !== undefined) size += indent + key.length + 5 + sizeOf(each, depth + 1);
    }
  }
  return size;
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const plain = /^[ !#-[\]-~]*$/;

function sizeOfText(text: string): number {
  if (plain.test(text)) return text.length + 2;
  let size = 2;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // What is not ASCII takes three bytes at most, or is escaped; `\n` takes fewer.
    if (unit >= 0x80 || unit < 0x20) size += 6;
    else size += unit === QUOTE || unit === BACKSLASH ? 2 : 1;
  }
  return size;
}
