import type { Detection, EntityFact, Recipient, Report } from '../types.ts';
import { bold, dim, type Inline, indented, type Line, labelled, span, wrap } from './text-layout.ts';
import { table } from './text-table.ts';
import { cutTo, evidenceInline, heading, more, name, number, place } from './text-words.ts';

const PLACES_SHOWN = 4;
const EVIDENCE_SHOWN = 3;

/** Recipients that the report names, by vendor id. */
export function recipientsOf(report: Report): Map<string, Recipient> {
  const known = new Map<string, Recipient>();
  for (const { recipient } of report.flows) if (recipient.kind === 'entity') known.set(recipient.id, recipient);
  return known;
}

/** `KY CN US`: countries in the order of the entities, contracting entity first. */
export function countryChain(entities: readonly EntityFact[], otherwise: readonly string[]): string {
  const codes = entities.length > 0 ? entities.map((entity) => entity.country) : otherwise;
  return [...new Set(codes)].join(' ');
}

export function sdkSection(report: Report, width: number): Line[] {
  const known = recipientsOf(report);
  const { detections } = report;
  if (detections.length === 0) {
    const where = report.complete ? '' : ' in what was read';
    return [
      heading('SDKS', 'none'),
      ...indented(
        wrap(`None of the ${number(report.rules.sdks)} SDKs that the rules know was found${where}.`, width - 2),
        2,
      ),
    ];
  }
  const rows = detections.map((detection) => ({
    cells: [
      bold(detection.name),
      versionCell(detection),
      ...vendorCells(detection, known),
      presenceCell(detection),
      confidenceCell(detection),
    ],
    below: detailLines(detection, width - 4),
  }));
  const head = ['SDK', 'Version', 'Vendor', 'Countries', 'Presence', 'Confidence'];
  return [heading('SDKS', number(detections.length)), ...indented(table(head, rows, width - 2), 2)];
}

function versionCell({ version, instances }: Detection): Inline {
  if (version !== null) return version;
  const seen = [...new Set(instances.map((instance) => instance.version).filter((v) => v !== null))];
  return seen.length > 1 ? span(`differs: ${seen.join(', ')}`, 'yellow') : dim('version not known');
}

function vendorCells(detection: Detection, known: ReadonlyMap<string, Recipient>): [Inline, Inline] {
  const nameOf = (id: string) => known.get(id)?.name ?? id;
  if (detection.vendor === null) {
    const countries = detection.candidates.map((id) =>
      countryChain(known.get(id)?.entities ?? [], known.get(id)?.countries ?? []),
    );
    return [
      span(`one of ${detection.candidates.map(nameOf).join(', ')}`, 'yellow'),
      countries.some((c) => c !== '') ? countries.map((c) => c || '?').join(' or ') : dim('not known'),
    ];
  }
  const vendor = known.get(detection.vendor);
  return [
    nameOf(detection.vendor),
    (vendor && countryChain(vendor.entities, vendor.countries)) || dim('not known'),
  ];
}

function presenceCell({ presence, componentOf }: Detection): string {
  const part = componentOf.length === 0 ? '' : `, part of ${componentOf.join(', ')}`;
  return `${presence.join(', ')}${part}`;
}

function confidenceCell({ confidence, scored }: Detection): Inline {
  return scored ? confidence : span('not counted', 'yellow');
}

function detailLines(detection: Detection, width: number): Line[] {
  const places = cutTo(detection.instances, PLACES_SHOWN);
  const evidence = cutTo(detection.evidence, EVIDENCE_SHOWN);
  const beyond = detection.moreEvidence + detection.evidence.length - evidence.shown.length;
  const lines: Line[] = [...labelled(dim('id'), detection.sdk, width, 9)];
  places.shown.forEach((instance, i) => {
    const read = instance.versionAt
      ? [
          `, version ${instance.version ?? 'not known'} read at `,
          span(place(instance.versionAt), 'cyan'),
          ` \`${instance.versionAt.text}\``,
        ]
      : [];
    const arch = instance.arch === null ? '' : ` (${instance.arch})`;
    lines.push(...labelled(dim(i === 0 ? 'where' : ''), [span(name(instance.path), 'cyan'), arch, ...read], width, 9));
  });
  if (places.more) lines.push(...labelled('', places.more, width, 9));
  evidence.shown.forEach((piece, i) => {
    lines.push(
      ...labelled(
        dim(i === 0 ? 'by clue' : ''),
        [`${piece.clue.slice(piece.clue.indexOf('/') + 1)} at `, ...evidenceInline(piece)],
        width,
        9,
      ),
    );
  });
  if (beyond > 0) lines.push(...labelled('', more(beyond), width, 9));
  return lines;
}
