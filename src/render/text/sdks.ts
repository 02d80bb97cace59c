import { countryOf } from '../../countries.ts';
import { boundsText } from '../../releases.ts';
import type {
  ArgumentMeaning,
  Caller,
  Detection,
  Evidence,
  Handed,
  Instance,
  Recipient,
  Report,
  VendorFacts,
} from '../../types.ts';
import { bold, dim, type Inline, indented, type Line, listed, span, wrap } from './layout.ts';
import { areFor } from './permissions.ts';
import type { Pieces } from './pieces.ts';
import { table } from './table.ts';
import { cutTo, heading, more, name, number, placeOf, textInline } from './words.ts';

const PLACES_SHOWN = 4;
const EVIDENCE_SHOWN = 3;
const HANDED_SHOWN = 8;

/** Recipients of flows, by id. */
export function recipientsOf(report: Report): Map<string, Recipient> {
  return new Map(report.recipients.map((recipient) => [recipient.id, recipient]));
}

/** Vendors that something aboard names, by id. */
export function vendorsOf(report: Report): Map<string, VendorFacts> {
  return new Map(report.vendors.map((vendor) => [vendor.id, vendor]));
}

/**
 * `Cayman Islands, China`: countries in the order of the entities, contracting entity first; `Singapore and not known`
 * where the day of the report does not know them all. Empty where it knows none.
 */
type Countries = Pick<VendorFacts, 'entities' | 'countries' | 'countriesComplete'>;

export function countryChain({ entities, countries, countriesComplete }: Countries): string {
  const codes = entities.length > 0 ? entities.map((entity) => entity.country) : countries;
  const chain = [...new Set(codes)].map(countryOf).join(', ');
  return chain === '' || countriesComplete ? chain : `${chain} and not known`;
}

export function sdkSection(report: Report, pieces: Pieces, width: number): Line[] {
  const known = vendorsOf(report);
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
      vendorCell(detection, known),
      presenceCell(detection),
      confidenceCell(detection),
    ],
    below: detailLines(detection, pieces, width - 4),
  }));
  const head = ['SDK', 'Version', 'Vendor', 'Presence', 'Confidence'];
  return [heading('SDKS', number(detections.length)), ...indented(table(head, rows, width - 2), 2)];
}

/** The version, or what is known of it. */
export function versionCell({ version, versionBounds, instances }: Detection): Inline {
  if (version !== null) return version;
  const seen = [...new Set(instances.map((instance) => instance.version).filter((v) => v !== null))];
  return seen.length > 1
    ? span(`differs: ${seen.join(', ')}`, 'yellow')
    : dim(versionBounds ? `not read; ${boundsText(versionBounds)}` : 'version not known');
}

/** The vendor, or all that it may be. */
export function vendorCell({ vendor, candidates }: Detection, known: ReadonlyMap<string, VendorFacts>): Inline {
  const nameOf = (id: string) => known.get(id)?.name ?? id;
  return vendor === null ? span(`one of ${candidates.map(nameOf).join(', ')}`, 'yellow') : nameOf(vendor);
}

function presenceCell({ presence, componentOf }: Detection): string {
  const part = componentOf.length === 0 ? '' : `, part of ${componentOf.join(', ')}`;
  return `${presence.join(', ')}${part}`;
}

function confidenceCell({ confidence, scored }: Detection): Inline {
  return scored ? confidence : span('not counted', 'yellow');
}

const LABEL = 9;
const FETCHED = 'remote: a page of the app fetches it at run time; that code is not in the bundle and was not read';

function detailLines(detection: Detection, pieces: Pieces, width: number): Line[] {
  const places = cutTo(detection.instances, PLACES_SHOWN, detection.moreInstances);
  const evidence = oneOfEach(detection.evidence).slice(0, EVIDENCE_SHOWN);
  const beyond = detection.moreEvidence + detection.evidence.length - evidence.length;
  // In the order in which they are printed: a number stands behind its piece first.
  const bounds = boundsLines(detection, pieces);
  const callers = (detection.calledBy ?? []).map((caller) => callerInline(caller, pieces));
  const { shown: given, more: moreGiven } = cutTo(detection.handed ?? [], HANDED_SHOWN);
  const handed = given.map((each) => handedInline(each, pieces));
  const met = evidence.map((e) => [`${e.clue.slice(e.clue.indexOf('/') + 1)} at `, ...pieces.inline(e)]);
  const weak = 'a weak clue alone: listed, not counted as found';
  return [
    ...listed('id', [detection.sdk], width, LABEL),
    ...(detection.scored ? [] : listed('note', [detection.lacks ?? weak], width, LABEL)),
    ...(detection.presence.includes('remote') ? listed('note', [FETCHED], width, LABEL) : []),
    ...(detection.distributedAs.length > 0 ? listed('note', [whiteLabel(detection)], width, LABEL) : []),
    ...listed('version', bounds, width, LABEL),
    ...listed('build', builtLines(detection), width, LABEL),
    ...(detection.onlyUserOf.length > 0 ? listed('alone', [aloneWords(detection)], width, LABEL) : []),
    ...listed('called', detection.isUncalled ? [UNCALLED] : callers, width, LABEL),
    ...listed('handed', [...handed, ...(moreGiven ? [moreGiven] : [])], width, LABEL),
    ...listed('where', [...places.shown.map(instanceInline), ...(places.more ? [places.more] : [])], width, LABEL),
    ...listed('by clue', [...met, ...(beyond > 0 ? [more(beyond)] : [])], width, LABEL),
  ];
}

const UNCALLED = 'by nobody: all code was read, and none that was seen calls it';
const argumentWords: Record<ArgumentMeaning, string> = {
  'app-id': 'app ID',
  secret: 'secret of the account',
  token: 'token',
  server: 'server',
  'user-id': 'user ID',
  'room-id': 'room ID',
  key: 'key of the encryption',
};

/** `app ID 0123…, a constant, at classes.dex 0x12…`. */
function handedInline({ what, from, value, isReached, evidence, more: rest }: Handed, pieces: Pieces): Inline {
  const words = {
    constant: [' ', name(value), ', a constant'],
    none: [': none'],
    identifier: [': ', name(value)],
    elsewhere: [' from ', name(value)],
    'not-known': [': not known, ', name(value)],
  }[from];
  const [proof] = evidence;
  return [
    argumentWords[what],
    ...words,
    isReached ? '' : ', in code that nothing is seen to reach',
    ...(proof ? [', at ', ...pieces.inline(proof)] : []),
    ...(rest > 0 ? [' ', more(rest)] : []),
  ];
}

const aloneWords = ({ onlyUserOf }: Detection) => `only its code refers to what ${areFor(onlyUserOf)}`;

/** `by the app com.acme at classes.dex 0x12…`. */
function callerInline({ kind, name: whose, evidence, more: rest }: Caller, pieces: Pieces): Inline {
  const who = { sdk: '', app: 'the app ', runtime: 'the runtime ', unidentified: '', mixed: 'code of ' }[kind];
  const proof = evidence[0];
  return [
    `by ${who}`,
    name(whose),
    ...(proof ? [' at ', ...pieces.inline(proof)] : []),
    ...(rest > 0 ? [' ', more(rest)] : []),
  ];
}

/** `not read; 4.0 or later by class io.agora.rtc2.RtcEngine at …`. */
/** What the build names, and whether the bytes say the same. */
function builtLines({ builtOf = [] }: Detection): Inline[] {
  return builtOf.map(({ name: coordinates, version, agrees, evidence }) => {
    const words =
      agrees === null
        ? 'the version that stands, as none was read in the bytes'
        : agrees
          ? 'as the bytes say'
          : 'the bytes say another, which stands';
    return [`names ${name(coordinates)} ${name(version)} in `, span(placeOf(evidence), 'cyan'), `: ${words}`];
  });
}

function boundsLines({ version, versionBounds, evidence }: Detection, pieces: Pieces): Inline[] {
  if (version !== null || versionBounds === null) return [];
  const by = oneOfEach(evidence.filter((piece) => versionBounds.clues.includes(piece.clue)));
  return [
    `not read; ${boundsText(versionBounds)}, by what is aboard:`,
    ...by.map((piece): Inline => [`${piece.kind} at `, ...pieces.inline(piece)]),
  ];
}

/** `Agora RTC, distributed as libfoo.so`. */
function whiteLabel({ name: sdk, distributedAs }: Detection): Inline {
  const { shown, more: rest } = cutTo(distributedAs, PLACES_SHOWN);
  const files = shown.map(name).join(', ');
  return [`${sdk.replace(/ \([^()]*\)$/, '')}, distributed as ${files}`, ...(rest ? [' ', rest].flat() : [])];
}

/** The first piece for each clue: several clues prove more than one clue several times. */
function oneOfEach(evidence: readonly Evidence[]): Evidence[] {
  const first = new Map<string, Evidence>();
  for (const piece of evidence) if (!first.has(piece.clue)) first.set(piece.clue, piece);
  return [...first.values()];
}

function instanceInline({ path, arch, version, versionAt }: Instance): Inline {
  const where = [span(name(path), 'cyan'), arch === null ? '' : ` (${arch})`];
  if (!versionAt) return where;
  const [first] = versionAt.spans;
  const read = versionAt.path === path && first ? `@${first.offset}` : placeOf(versionAt);
  return [...where, `, version ${version ?? 'not known'} read at `, span(read, 'cyan'), ...textInline(versionAt)];
}
