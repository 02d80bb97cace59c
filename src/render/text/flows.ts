import { countryWords } from '../../countries.ts';
import type { EntityFact, Flow, Permission, Recipient, Report, VendorFacts } from '../../types.ts';
import { bases } from '../../types.ts';
import { bold, dim, type Inline, indented, type Line, labelled, listed, type Span, span, wrap } from './layout.ts';
import type { Pieces } from './pieces.ts';
import type { Said } from './said.ts';
import { countryChain, recipientsOf, vendorsOf } from './sdks.ts';
import type { Sources } from './sources.ts';
import { type Row, table } from './table.ts';
import { basisWords, cutTo, heading, more, name, number } from './words.ts';

const FLOWS_SHOWN = 12;
const ENTITIES_SHOWN = 12;
const COUNTRIES_SHOWN = 8;

/** Which data goes to whom: one table for each SDK and recipient, then the companies behind the recipients. */
export function flowSection(report: Report, pieces: Pieces, said: Said, width: number): Line[] {
  const { flows } = report;
  if (flows.length === 0) return [heading('FLOWS', 'none known')];
  const groups = new Map<string, Flow[]>();
  for (const flow of flows) {
    const key = JSON.stringify([flow.sdk, flow.recipient]);
    const group = groups.get(key);
    if (group) group.push(flow);
    else groups.set(key, [flow]);
  }
  const [recipients, vendors] = [recipientsOf(report), vendorsOf(report)];
  const wordsOf = (id: string) => {
    const recipient = recipients.get(id);
    return recipient ? recipientWords(recipient, vendors.get(id)) : name(id);
  };
  const used = bases.filter((basis) => flows.some((flow) => flow.basis === basis));
  return [
    heading('FLOWS', number(flows.length)),
    ...[...groups.values()].flatMap((group) => [
      ...indented(groupLines(group, wordsOf, { pieces, said }, width - 2), 2),
      [],
    ]),
    ...used.flatMap((basis) => indented(labelled(dim(basis), dim(basisWords[basis]), width - 2, 12), 2)),
  ];
}

/** What stands further up: pieces of bytes, and what findings say. */
interface Printed {
  readonly pieces: Pieces;
  readonly said: Said;
}

function groupLines(
  flows: readonly Flow[],
  wordsOf: (recipient: string) => string,
  printed: Printed,
  width: number,
): Line[] {
  const [first] = flows;
  if (!first) return [];
  const { shown, more } = cutTo(flows, FLOWS_SHOWN);
  const rows = shown.map((flow) => flowRow(flow, printed, width - 4));
  return [
    [bold(`${first.sdk ?? 'code that no known SDK explains'} -> ${wordsOf(first.recipient)}`)],
    ...indented(table(['Data', 'Host', 'Protection', 'Basis (finding)', 'Permission'], rows, width - 2), 2),
    ...(more ? indented(wrap(more, width - 2), 2) : []),
    ...indented(controlLines(flows, width - 2), 2),
  ];
}

function recipientWords(recipient: Recipient, vendor: VendorFacts | undefined): string {
  if (recipient.kind === 'unknown') {
    return recipient.id === 'unknown' ? 'recipient not known' : `recipient not known: ${name(recipient.name)}`;
  }
  const countries = vendor ? countryChain(vendor) : '';
  return `${recipient.name}${countries === '' ? '' : ` (${countries})`}`;
}

function flowRow(flow: Flow, { pieces, said }: Printed, width: number): Row {
  const [proof] = flow.evidence;
  const shows = proof && (flow.basis === 'observed' || flow.basis === 'configured' || flow.basis === 'coded');
  const rest = flow.evidence.length - 1;
  const finding = said.find(flow.says);
  return {
    cells: [
      flow.data,
      flow.host === null ? dim('not named') : name(flow.host),
      protectionSpan(flow),
      `${flow.basis}${finding === undefined ? '' : ` (${finding})`}`,
      permissionWords(flow.permission),
    ],
    below: [
      ...(finding === undefined ? wrap(dim(flow.says), width) : []),
      ...(shows ? labelled('at ', [...pieces.inline(proof), ...(rest > 0 ? [' ', more(rest)] : [])], width, 3) : []),
    ],
  };
}

function protectionSpan({ protection, protectionBasis }: Flow): Span {
  if (protection === 'undetermined') return dim('not known');
  const words = protectionBasis === 'documented' ? `${protection} (documented)` : protection;
  return span(words, protection === 'cleartext' ? 'yellow' : 'plain');
}

function permissionWords(permission: Permission | null): Inline {
  if (permission === null) return dim('-');
  const words = { declared: 'declared', absent: 'not declared', undetermined: 'not known' };
  return `${name(permission.name.replace(/^android\.permission\./, ''))} ${words[permission.state]}`;
}

/** What the app can switch on and where data may go: once for an SDK, however many flows it bears on. */
function controlLines(flows: readonly Flow[], width: number): Line[] {
  const lines = new Map<string, Inline>();
  for (const { controls, region } of flows) {
    for (const { name, state, reason } of controls) {
      lines.set(`${name} ${state}`, [
        `${name}: `,
        span(state === 'undetermined' ? 'not decided' : state, state === 'on' ? 'green' : 'yellow'),
        `. ${reason}`,
      ]);
    }
    if (region) {
      const places = [
        region.in.length === 0 ? '' : `may reach ${placesIn(region.in)}`,
        region.out.length === 0 ? '' : `kept from ${region.out.map(countryWords).join(', ')}`,
      ].filter((part) => part !== '');
      if (places.length > 0) lines.set(places.join(), `region: ${places.join('; ')}, by the app's own code`);
    }
  }
  return listed('controls', [...lines.values()], width, 10);
}

/** A region may be a continent: its first countries, and how many more. */
function placesIn(countries: readonly string[]): string {
  if (countries.includes('001')) return 'every country';
  const { shown, more } = cutTo(countries, COUNTRIES_SHOWN);
  return [...shown.map(countryWords), ...(more ? [more] : [])].join(', ');
}

const roleWords: Record<EntityFact['role'], string> = {
  incorporated: 'incorporated in',
  headquartered: 'headquarters in',
  operating: 'operates in',
  access: 'staff who can reach data of customers in',
  parent: 'parent, in',
  owner: 'owner, in',
  'controlled-by-contract': 'controlled by contract, in',
};

/** `Agora, Inc.: headquarters in CN, since 2013-11-29`. */
export function entityWords({ name, role, country, from, to, share }: EntityFact): string {
  const part = share === undefined ? '' : ` (${share <= 1 ? Math.round(share * 100) : share}%)`;
  const since = from === undefined ? '' : `, since ${from}`;
  const until = to === undefined ? '' : `, until ${to}`;
  return `${name}: ${roleWords[role]} ${countryWords(country)}${part}${since}${until}`;
}

/** What tells a vendor that the bytes name from one that gets data through its SDK. */
function vendorWords({ receives, presence }: VendorFacts): string {
  const notes = [
    ...(presence.length === 0 ? ['no SDK of it found'] : []),
    ...(receives ? [] : ['publishes code and receives nothing']),
  ];
  return notes.length === 0 ? '' : `: ${notes.join('; ')}`;
}

/** The companies behind each recipient, and each other vendor that something aboard names, as known on the report's day. */
export function recipientSection(report: Report, sources: Sources, width: number): Line[] {
  const recipients = recipientsOf(report);
  const receives = ({ id }: VendorFacts) => recipients.has(id);
  const vendors = [...report.vendors.filter(receives), ...report.vendors.filter((vendor) => !receives(vendor))];
  if (vendors.length === 0) return [];
  return [
    heading('COMPANIES', `behind the vendors, as known on ${report.asOf}`),
    ...vendors.flatMap((vendor) => {
      const { shown, more } = cutTo(vendor.entities, ENTITIES_SHOWN);
      return [
        ...indented(wrap([bold(vendor.name), dim(vendorWords(vendor))], width - 2), 2),
        ...shown.flatMap((entity) =>
          indented(labelled('- ', [entityWords(entity), sources.cite(entity.source)], width - 4, 2), 4),
        ),
        ...(more ? indented(wrap(more, width - 4), 4) : []),
        ...(vendor.countriesComplete
          ? []
          : indented(
              [[dim(vendor.entities.length === 0 ? '- not known' : '- and not known: what was published later')]],
              4,
            )),
      ];
    }),
  ];
}
