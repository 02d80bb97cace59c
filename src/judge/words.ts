import type { TracedFlow } from '../trace/flow.ts';
import { type Basis, bases, type DataKind, type Evidence } from '../types.ts';

const dataWords: Record<DataKind, string> = {
  microphone: 'microphone audio',
  camera: 'camera video',
  screen: 'screen content',
  messages: 'messages',
  'user-id': 'user ID',
  'room-id': 'room ID',
  'device-ids': 'device identifiers',
  'network-info': 'network information',
  location: 'location',
};

/** `a, b and c`. */
export function list(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}

/** The first few of a list and how many more there are. */
export function some(words: readonly string[], most = 3): string {
  return words.length > most ? `${words.slice(0, most).join(', ')} and ${words.length - most} more` : list(words);
}

export function dataList(kinds: readonly DataKind[]): string {
  return list(kinds.map((kind) => dataWords[kind]));
}

/** The placeholders that text of a policy rule may hold. */
export const placeholders = [
  'recipient',
  'sdk',
  'data',
  'host',
  'countries',
  'link',
  'fact',
  'advisory',
  'version',
  'says',
  'fix',
  'code',
  'names',
  'purpose',
  'room',
  'spare',
] as const;
export type Words = Readonly<Partial<Record<(typeof placeholders)[number], string>>>;

/** Fills `{name}` once: what a value itself holds, be it braces, stands as it is. */
export function fill(template: string, words: Words): string {
  return template.replace(/\{([a-z]+)\}/g, (whole, name: string) =>
    Object.hasOwn(words, name) ? (words[name as keyof Words] ?? whole) : whole,
  );
}

/** A product's name in running text, without what its rule adds in brackets. */
export function shortName(name: string): string {
  return name.replace(/ \([^()]*\)$/, '');
}

export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A flow with the name of its SDK. */
export interface NamedFlow {
  readonly flow: TracedFlow;
  readonly sdk: string;
}

/**
 * What is known of some flows, one sentence for each basis, strongest first. It says what code holds, and `sends` for
 * a capture alone.
 */
export function factOf(flows: readonly NamedFlow[], order: readonly DataKind[]): string {
  const sentences: string[] = [];
  for (const basis of bases) {
    for (const clear of [true, false]) {
      const group = flows.filter(({ flow }) => flow.basis === basis && (flow.protection === 'cleartext') === clear);
      // Of a host that code only names, nothing is held but its name.
      const named = group.filter(({ flow }) => flow.basis === 'coded' && flow.data === 'network-info');
      const rest = group.filter((each) => !named.includes(each));
      if (rest.length > 0) sentences.push(sentence(factOfOne(basis, clear, rest, order)));
      if (named.length > 0) sentences.push(sentence(namesHosts(named)));
    }
  }
  return sentences.join(' ');
}

/** In place of the name of an SDK, for code that no rule explains. */
export const NO_SDK = 'code that no known SDK explains';

function codeOf(sdk: string): string {
  return sdk === NO_SDK ? NO_SDK : `code aboard, with ${sdk},`;
}

function factOfOne(basis: Basis, clear: boolean, group: readonly NamedFlow[], order: readonly DataKind[]): string {
  const data = dataList(order.filter((kind) => group.some(({ flow }) => flow.data === kind)));
  const sdk = list([...new Set(group.map((g) => shortName(g.sdk)))].sort());
  const hosts = [...new Set(group.flatMap(({ flow }) => flow.host ?? []))].sort();
  const way = clear ? ' without transport encryption' : '';
  const host = hosts.length > 0 ? some(hosts) : group[0]!.flow.recipient.name;
  if (basis === 'observed') return `a capture shows that ${sdk} sends ${data} to ${host}${way}.`;
  if (basis === 'configured') return `the app's own code sets ${sdk} up to reach ${host}${way} with ${data}.`;
  if (basis === 'coded') {
    return hosts.length > 0
      ? `${codeOf(sdk)} holds a URL template to ${host} for ${data}${clear ? ', over plain HTTP' : ''}.`
      : `${codeOf(sdk)} passes ${data} on${way}.`;
  }
  if (basis === 'capable') return `${sdk} holds code that can take ${data}${permissionWords(group)}.`;
  if (basis === 'documented') return `its vendor documents that ${sdk} takes ${data}${way}.`;
  // Where the permission alone is open, code is cited all the same.
  const shown = group.some(({ flow }) => flow.evidence.length > 0) ? '' : '; that it is so here is not shown';
  return `published releases of ${sdk} were seen to hold code that can take ${data}${way}${shown}.`;
}

function namesHosts(group: readonly NamedFlow[]): string {
  const sdk = list([...new Set(group.map((g) => shortName(g.sdk)))].sort());
  const hosts = [...new Set(group.flatMap(({ flow }) => flow.host ?? []))].sort();
  return `${codeOf(sdk)} names ${some(hosts)}, where any connection shows the device's address.`;
}

function permissionWords(group: readonly NamedFlow[]): string {
  const names = new Set(
    group.flatMap(({ flow }) => (flow.permission?.state === 'declared' ? flow.permission.name : [])),
  );
  return names.size > 0 ? `, and the app declares ${list([...names].sort())}` : '';
}

/** A piece of evidence in words: where it is and what stands there. */
export function evidenceWords({ path, text, encoding, spans, how, value }: Evidence): string {
  const [first] = spans;
  const means = value === null ? '' : `, which is ${value}`;
  if (encoding === 'name') return `the bundle holds ${path}`;
  if (!first) return `${path}: "${text}"${means} (${how})`;
  const at = `byte ${first.offset}`;
  if (spans.length > 1)
    return `${path} spells "${text}" in ${spans.length} pieces, the first at ${at} (${how})${means}`;
  if (encoding === 'hex') return `${path} holds the bytes ${text} at ${at} (${how})${means}`;
  return `${path} holds "${text}" at ${at} (${how})${means}`;
}
