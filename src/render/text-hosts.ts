import type { Endpoint, Report, Unidentified } from '../types.ts';
import { dim, type Inline, indented, type Line, type Span, span, widthOf, wrap } from './text-layout.ts';
import { table } from './text-table.ts';
import { cutTo, heading, name, number, place, plural, size } from './text-words.ts';

const ENDPOINTS_SHOWN = 20;
const UNIDENTIFIED_SHOWN = 20;
const HOSTS_SHOWN = 3;

/** Every host and address in the bytes, with who runs it where a rule says so. */
export function endpointSection({ endpoints }: Report, width: number): Line[] {
  if (endpoints.length === 0) return [heading('ENDPOINTS', 'none found in what was read')];
  const known = endpoints.filter((endpoint) => endpoint.vendor !== null).length;
  const { shown, more } = cutTo(endpoints, ENDPOINTS_SHOWN);
  const rows = shown.map((endpoint) => ({
    cells: [
      name(endpoint.host),
      endpoint.operator ?? dim('not known'),
      endpoint.sdk ?? dim('-'),
      short(whereInline(endpoint)),
    ],
    below: [...long(whereInline(endpoint), width - 4), ...urlLines(endpoint, width - 4)],
  }));
  return [
    heading('ENDPOINTS', `${number(endpoints.length)}, ${number(known)} of them known to the rules`),
    ...indented(table(['Host', 'Run by', 'SDK', 'Held at'], rows, width - 2), 2),
    ...(more ? indented(wrap(more, width - 2), 2) : []),
  ];
}

/** Columns beyond which a place gets a line of its own, so that it stays whole and can be copied. */
const WIDEST_PLACE = 40;

function short(content: readonly Span[]): Line {
  return widthOf(content) <= WIDEST_PLACE ? content : [];
}

function long(content: readonly Span[], width: number): Line[] {
  return widthOf(content) <= WIDEST_PLACE ? [] : wrap(content, width);
}

function whereInline({ at, more }: Endpoint): Span[] {
  const [first] = at;
  if (!first) return [dim('-')];
  const rest = at.length - 1 + more;
  return [span(place(first), 'cyan'), ...(rest > 0 ? [dim(` + ${number(rest)} more`)] : [])];
}

function urlLines({ url, scheme, vendor }: Endpoint, width: number): Line[] {
  if (url === null || vendor === null) return [];
  return wrap(span(url, scheme === 'http' || scheme === 'ws' ? 'yellow' : 'dim'), width);
}

const kinds: readonly Unidentified['kind'][] = ['library', 'framework', 'package'];

/** Code that no rule knows: an SDK could be in it. */
export function unidentifiedSection({ unidentified }: Report, width: number): Line[] {
  if (unidentified.length === 0) return [heading('UNIDENTIFIED CODE', 'none')];
  const sorted = [...unidentified].sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || b.size - a.size);
  const { shown, more } = cutTo(sorted, UNIDENTIFIED_SHOWN);
  const rows = shown.map((item) => ({
    cells: [
      item.kind,
      name(item.name),
      item.kind === 'package' ? plural(item.size, 'class', 'classes') : size(item.size),
      hostsCell(item.hosts),
      short(pathsInline(item.paths)),
    ],
    below: long(pathsInline(item.paths), width - 4),
  }));
  return [
    heading('UNIDENTIFIED CODE', `${number(unidentified.length)} that no rule knows; an SDK could be in it`),
    ...indented(table(['Kind', 'Name', 'Size', 'Hosts it holds', 'Where'], rows, width - 2), 2),
    ...(more ? indented(wrap(more, width - 2), 2) : []),
  ];
}

function pathsInline(paths: readonly string[]): Span[] {
  const [first] = paths;
  if (first === undefined) return [dim('-')];
  return [span(name(first), 'cyan'), ...(paths.length > 1 ? [dim(` + ${number(paths.length - 1)} more`)] : [])];
}

function hostsCell(hosts: readonly string[]): Inline {
  if (hosts.length === 0) return dim('none found');
  const rest = hosts.length - HOSTS_SHOWN;
  return [hosts.slice(0, HOSTS_SHOWN).map(name).join(', '), ...(rest > 0 ? [dim(` + ${number(rest)} more`)] : [])];
}
