import type { Depth, Evidence, Report } from '../../types.ts';
import { dim, indented, type Line, labelled, span, wrap } from './layout.ts';
import { cutTo, heading, name, number, plural, reasonWords } from './words.ts';

const ENTRIES_SHOWN = 20;

/** The digest of every entry that a finding or detection cites: to prove a statement to the byte. */
export function citedSection(report: Report, width: number): Line[] {
  const pieces = [
    ...report.findings.flatMap((finding) => finding.evidence),
    ...report.detections.flatMap((detection) => [...detection.evidence, ...versionsOf(detection.instances)]),
  ];
  const digests = new Map<string, string>();
  for (const { path, entrySha256 } of pieces) if (entrySha256 !== null) digests.set(path, entrySha256);
  if (digests.size === 0) return [];
  const { shown, more } = cutTo(
    [...digests].sort(([a], [b]) => (a < b ? -1 : 1)),
    ENTRIES_SHOWN,
  );
  return [
    heading('ENTRIES CITED', `${number(digests.size)}; offsets count in the inflated entry`),
    ...shown.flatMap(([path, sha256]) =>
      indented([[span(name(path), 'cyan')], ...indented(labelled('sha256', sha256, width - 4, 7), 2)], 2),
    ),
    ...(more ? indented(wrap(more, width - 2), 2) : []),
  ];
}

function versionsOf(instances: readonly { readonly versionAt: Evidence | null }[]): Evidence[] {
  return instances.flatMap((instance) => instance.versionAt ?? []);
}

const depthWords: Record<Depth, string> = {
  names: 'names and manifests alone',
  standard: 'tables, manifests and the libraries that a rule names',
  deep: 'every byte',
};

/** What the report was made from: with the same, the same report. */
export function foot(report: Report, width: number): Line[] {
  const row = (label: string, text: string) => indented(labelled(dim(label), text, width - 2, 9), 2);
  const { rules, policy, context, addresses, bundle } = report;
  const reasons = policy.accepts.map((reason) => reasonWords[reason]);
  const accepted = reasons.length === 0 ? 'no bytes unread' : `bytes unread because ${reasons.join(', ')}`;
  return [
    heading('MADE FROM'),
    ...row('bundle', `sha256 ${bundle.sha256}`),
    ...row('rules', `${plural(rules.sdks, 'SDK')}, ${plural(rules.vendors, 'vendor')}, digest ${rules.digest}`),
    ...row('policy', `${policy.id} (${policy.name}), which accepts ${accepted}`),
    ...row('context', context === null ? 'none stated' : `digest ${context.digest}`),
    ...(addresses === null
      ? []
      : row('registry', `"${name(addresses.name)}" built ${addresses.built}, sha256 ${addresses.sha256}`)),
    ...row('as of', report.asOf),
    ...row('depth', `${report.depth}: ${depthWords[report.depth]}`),
    ...row('by', `waybill ${report.waybill}, report schema ${report.schema}`),
    ...indented(wrap(dim('It says what bytes and sources say, and is no legal advice.'), width - 2), 2),
  ];
}
