import { countryOf } from '../../countries.ts';
import { type Detection, type EntityRole, presenceFacts, type Report, type VendorFacts } from '../../types.ts';
import { clipped, dim, type Inline, indented, type Line, span, spans, widthOf } from '../text/layout.ts';
import { vendorCell, vendorsOf, versionCell } from '../text/sdks.ts';
import { clippedTable, type Fitting } from '../text/table.ts';
import { heading, number } from '../text/words.ts';

/** What decides under whose law a company is, first: its head office, who is above it, its registration, the rest. */
const byWeight: readonly EntityRole[] = [
  'headquartered',
  'parent',
  'owner',
  'controlled-by-contract',
  'incorporated',
  'operating',
  'access',
];

/** The SDKs in the order in which findings speak of them, what is only a sign last; a line each. */
export function sdkLines(report: Report, width: number, most: number): Line[] {
  const { detections, findings, rules, complete } = report;
  if (detections.length === 0) {
    const where = complete ? '' : ' in what was read';
    return [heading('SDKS', `none of the ${number(rules.sdks)} that the rules know was found${where}`)];
  }
  const place = new Map<string, number>();
  const ofWeight = [...findings].sort((a, b) => Number(b.state === 'holds') - Number(a.state === 'holds'));
  for (const { sdks } of ofWeight) for (const sdk of sdks) if (!place.has(sdk)) place.set(sdk, place.size);
  const rank = ({ sdk, scored }: Detection) => (scored ? 0 : findings.length) + (place.get(sdk) ?? findings.length);
  const sorted = [...detections].sort((a, b) => rank(a) - rank(b));
  const rows = Math.max(1, most - OF_TABLE);
  const shown = sorted.length <= rows ? sorted : sorted.slice(0, rows - 1);
  const known = vendorsOf(report);
  const head = ['SDK', 'Version', 'Company', 'Country', 'Presence'];
  return [
    heading('SDKS', number(detections.length)),
    ...indented(
      clippedTable(
        head,
        shown.map((detection) => sdkRow(detection, known)),
        width - INDENT,
      ),
      INDENT,
    ),
    ...(shown.length === sorted.length ? [] : indented(rest(sorted.slice(shown.length), width - INDENT), INDENT)),
  ];
}

const INDENT = 2;
/** Lines of the table beside its rows. */
const OF_TABLE = 2;

/** Lines that a list of all SDKs takes. */
export function sdkLinesWanted({ detections }: Report): number {
  return detections.length === 0 ? 1 : detections.length + OF_TABLE;
}

function rest(detections: readonly Detection[], width: number): Line[] {
  const names = detections.map(({ name }) => short(name)).join(', ');
  return clipped([`+ ${number(detections.length)} more (-o text): `, dim(names)], width);
}

/** Without what rules add in brackets at its end. */
function short(name: string): string {
  return name.replace(/ \([^()]*\)$/, '');
}

function sdkRow(detection: Detection, known: ReadonlyMap<string, VendorFacts>): Fitting[] {
  const { name, version, versionBounds, instances, vendor, candidates } = detection;
  const isDiffering = new Set(instances.map((instance) => instance.version)).size > 1;
  return [
    (room) => (name.length <= room ? name : short(name)),
    version === null && versionBounds === null && !isDiffering ? dim('not known') : versionCell(detection),
    vendorCell(detection, known),
    countriesCell((vendor === null ? candidates : [vendor]).map((id) => known.get(id))),
    (room) => presenceCell(detection, room),
  ];
}

/** Of an SDK that nothing calls, that; else the strongest word alone where all of them do not fit. */
function presenceCell({ presence, scored, isUncalled }: Detection, room: number): Inline {
  const all = presence.join(', ');
  if (!scored) return span(`a sign alone: ${all}`.length <= room ? `a sign alone: ${all}` : 'a sign', 'yellow');
  if (isUncalled) return `${all}; nothing calls it`.length <= room ? `${all}; nothing calls it` : 'not called';
  if (all.length <= room) return all;
  // A report lists them by name.
  const strongest = presenceFacts.findLast((fact) => presence.includes(fact)) ?? all;
  const counted = `${strongest} +${presence.length - 1}`;
  return presence.length > 1 && counted.length <= room ? counted : strongest;
}

/** Countries of the companies, the governing one first; where they do not fit, how many more there are, or its code alone. */
function countriesCell(vendors: readonly (VendorFacts | undefined)[]): (room: number) => Inline {
  const facts = vendors.flatMap((vendor) => vendor ?? []);
  const entities = facts.flatMap((vendor) => vendor.entities);
  const ordered = byWeight.flatMap((role) => entities.filter((entity) => entity.role === role));
  const codes = ordered.length > 0 ? ordered.map(({ country }) => country) : facts.flatMap((v) => v.countries);
  const names = [...new Set(codes)].map(countryOf);
  const isOpen = facts.length < vendors.length || facts.some((vendor) => !vendor.countriesComplete);
  if (names.length === 0) return () => dim('not known');
  const all = `${names.join(', ')}${isOpen ? ' and not known' : ''}`;
  const others = names.length - 1;
  const more = others > 0 ? ` +${others}` : isOpen ? ' +?' : '';
  const forms = [all, `${names[0]}${more}`];
  return (room) => forms.find((form) => widthOf(spans(form)) <= room) ?? `${codes[0]}${more}`;
}
