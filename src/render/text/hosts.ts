import { countryWords } from '../../countries.ts';
import type { AddressDatabase, Endpoint, Report, VendorFacts } from '../../types.ts';
import { dim, type Inline, indented, type Line, type Span, span, spans, widthOf, wrap } from './layout.ts';
import type { Pieces } from './pieces.ts';
import { vendorsOf } from './sdks.ts';
import { table } from './table.ts';
import { cutTo, heading, name, number, placeOf } from './words.ts';

const ENDPOINTS_SHOWN = 20;

/** Every host and address in the bytes, with the vendor to whom a rule attributes it. */
export function endpointSection(report: Report, pieces: Pieces, width: number): Line[] {
  const { endpoints, addresses } = report;
  if (endpoints.length === 0) return [heading('ENDPOINTS', 'none found in what was read')];
  const vendors = vendorsOf(report);
  const known = endpoints.filter((endpoint) => endpoint.vendor !== null).length;
  const texts = endpoints.filter((endpoint) => !endpoint.inCode).length;
  // What stands in code first, each part in the order of the report.
  const sorted = [...endpoints].sort((a, b) => rank(a) - rank(b));
  const { shown, more } = cutTo(sorted, ENDPOINTS_SHOWN);
  const rows = shown.map((endpoint) => ({
    cells: [schemed(endpoint), attribution(endpoint, vendors), endpoint.sdk ?? dim('-')],
    last: whereInline(endpoint, pieces),
    below: [...urlLines(endpoint, pieces, width - 4), ...registeredLines(endpoint, addresses, width - 4)],
  }));
  return [
    heading(
      'ENDPOINTS',
      `${number(endpoints.length)} held in the bytes, ${number(known)} known${texts > 0 ? `, ${number(texts)} not in code` : ' to the rules'}`,
    ),
    ...indented(placed(['Host', 'Attributed to', 'SDK', 'Held at'], rows, width - 2), 2),
    ...(more ? indented(wrap(more, width - 2), 2) : []),
  ];
}

function rank({ vendor, inCode }: Endpoint): number {
  return vendor !== null ? 0 : inCode ? 1 : 2;
}

/** What goes there in clear is told apart. */
function schemed({ host, scheme }: Endpoint): Inline {
  if (scheme === null) return name(host);
  const isClear = scheme === 'http' || scheme === 'ws';
  return [span(`${scheme}://`, isClear ? 'yellow' : 'dim'), name(host)];
}

function attribution({ vendor, operator }: Endpoint, vendors: ReadonlyMap<string, VendorFacts>): Inline {
  if (vendor === null) return dim('not known');
  const whose = vendors.get(vendor)?.name ?? vendor;
  return operator !== null && operator !== whose ? `${operator}, for ${whose}` : whose;
}

export interface Placed {
  readonly cells: readonly Inline[];
  readonly last: readonly Span[];
  readonly below: readonly Line[];
}

/** A table whose last column is a place; one that does not fit stands whole on the next line, to be copied. */
export function placed(head: readonly string[], rows: readonly Placed[], width: number): Line[] {
  const others = rows.map(({ cells }) => cells.map((cell) => widthOf(spans(cell))));
  const taken = head.slice(0, -1).map((title, i) => Math.max(title.length, ...others.map((row) => row[i] ?? 0)) + 2);
  const room = Math.max(20, width - taken.reduce((sum, column) => sum + column, 0));
  const fits = (last: readonly Span[]) => widthOf(last) <= room;
  return table(
    head,
    rows.map(({ cells, last, below }) => ({
      cells: [...cells, fits(last) ? last : []],
      below: fits(last) ? below : [...wrap(last, width - 2), ...below],
    })),
    width,
  );
}

function whereInline({ at, more }: Endpoint, pieces: Pieces): Span[] {
  const [first] = at;
  if (!first) return [dim('-')];
  const rest = at.length - 1 + more;
  return [pieces.said(first) ?? span(placeOf(first), 'cyan'), ...(rest > 0 ? [dim(` + ${number(rest)} more`)] : [])];
}

function urlLines({ url, scheme, vendor, at }: Endpoint, pieces: Pieces, width: number): Line[] {
  if (url === null || vendor === null) return [];
  // A piece that was printed shows it.
  if (at.some((piece) => piece.text === url && pieces.said(piece))) return [];
  return wrap(span(url, scheme === 'http' || scheme === 'ws' ? 'yellow' : 'dim'), width);
}

function registeredLines({ registered }: Endpoint, addresses: AddressDatabase | null, width: number): Line[] {
  if (registered === null || addresses === null) return [];
  const of = `registry data of ${addresses.built}`;
  if (registered.country === null) return wrap(`no country known to the ${of}`, width);
  const limits = 'by registries and operators; no proof of where a server stands';
  return wrap(`registered in ${countryWords(name(registered.country))} (${of}; ${limits})`, width);
}
