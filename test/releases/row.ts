import type { Detection, Report, VersionBounds } from '../../src/index.ts';
import { orderReleases } from '../../src/releases.ts';
import type { Form } from './forms.ts';

export interface Row {
  readonly form: Form;
  readonly sdk: string;
  readonly release: string;
  /** `right`, `family`, `no`, or what keeps it from counting. */
  readonly found: string;
  /** `right`, `bounds …`, `null`, or `WRONG` and what was read. */
  readonly version: string;
  readonly takes: string;
  /** SDKs found that the release is not known to hold. */
  readonly others: string;
}

interface Expected {
  readonly sdk: string;
  readonly version: string | null;
  readonly also?: readonly string[];
}

/** Not found as itself, or with another version than it has. */
export const isMiss = (row: Row): boolean =>
  row.found !== 'right' || row.version.startsWith('WRONG') || row.others !== '';

export function rowOf(report: Report, form: Form, { sdk, version, also = [] }: Expected): Row {
  const scored = report.detections.filter((each) => each.scored);
  const own = scored.find((each) => each.sdk === sdk) ?? scored.find((each) => each.products.includes(sdk));
  const unscored = report.detections.find((each) => each.sdk === sdk);
  const known = new Set([sdk, own?.sdk, 'webrtc', ...also]);
  const takes = report.flows.filter(
    (flow) => flow.sdk === own?.sdk && (flow.data === 'microphone' || flow.data === 'camera'),
  );
  return {
    form,
    sdk,
    release: version ?? '?',
    found: own ? (own.sdk === sdk ? 'right' : 'family') : unscored ? `not scored: ${unscored.lacks ?? 'weak'}` : 'no',
    version: own ? versionSaid(own, version) : '',
    takes: takes.map((flow) => `${flow.data} ${flow.basis}`).join(', '),
    others: scored
      .filter((each) => !known.has(each.sdk))
      .map((each) => each.sdk)
      .join(' '),
  };
}

function versionSaid(own: Detection, version: string | null): string {
  const read = [...new Set(own.instances.flatMap((each) => each.version ?? []))];
  if (version === null) return read.join(' ') || 'null';
  if (read.some((each) => each !== version)) return `WRONG ${read.join(' ')}`;
  if (own.version !== null) return 'right';
  const bounds = own.versionBounds;
  if (!bounds) return 'null';
  const { from, before } = bounds;
  const isOut = (from && orderReleases(version, from) < 0) || (before && orderReleases(version, before) >= 0);
  return `${isOut ? 'WRONG bounds' : 'bounds'} ${wordsOf(bounds)}`;
}

const wordsOf = ({ from, before }: VersionBounds) =>
  [from && `from ${from}`, before && `before ${before}`].filter(Boolean).join(' ');
