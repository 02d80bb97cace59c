import type { PolicyRule } from './schema.ts';

/** Fields that a condition may name, and how a report says that one is not known. */
const shared: Readonly<Record<string, string>> = {
  platform: 'the platform',
  'context.countries': 'whether the app is offered where this asks of (the caller did not state it)',
  'context.list': 'whether the app is offered where this asks of (the caller did not state it)',
  'context.notOffered': 'whether the app is not offered where this asks of (the caller did not state it)',
  'context.operator.country': "the operator's country (the caller stated none)",
  'context.audience': 'the audience (the caller stated none)',
  'context.sector': 'the sector (the caller stated none)',
  // No bundle can answer this one: a rule that asks it stays undetermined until a capture or a log is given.
  'reached-from': 'from which countries clients connect (no bundle shows it)',
};
const fields: Readonly<Record<PolicyRule['over'], Readonly<Record<string, string>>>> = {
  flow: {
    ...shared,
    data: 'the kind of data',
    basis: 'what the flow stands on',
    protection: 'the protection of {data} on the way to {recipient}',
    permission: 'whether the app may use {data}',
    encryption: 'whether the app encrypts media with a key that {recipient} lacks',
    service: 'whether the SDK is hosted by its vendor',
    category: 'what the SDK is for',
    'handed.constant': 'what code hands to {sdk} by constants',
    'handed.none': 'what code leaves out that {sdk} takes',
    'handed.identifier': 'which identifiers of people or devices code hands to {sdk}',
    identifiers: 'whether {sdk} is given identifiers that lead to people',
    sdk: 'the SDK',
    host: 'whether a host is named',
    'host.operator.country':
      'who runs the servers that take part, and under whose law (a capture shows their addresses)',
    'host.operator.foreign':
      'who runs the servers that take part, and under whose law (a capture shows their addresses)',
    'recipient.id': 'who receives {data}',
    'recipient.kind': 'who receives {data}',
    'recipient.country': 'in which countries {recipient} is',
    'recipient.list': 'on which lists {recipient} stands',
    'recipient.role': 'what part the companies behind {recipient} have',
    'recipient.governed': 'who governs {recipient}',
    'recipient.organised': 'under which law {recipient} is organised',
    'recipient.foreign': 'which countries are those of the operator and of the users (the caller stated too little)',
    'recipient.attested': 'what {recipient} attests of its owners, and how many people the data is about',
    'recipient.certified': 'whether {recipient} is certified',
    'region.in': 'which countries {data} may reach (nothing read in the bundle names a region)',
    'region.foreign': 'which countries {data} may reach (nothing read in the bundle names a region)',
    'region.out': 'which countries {data} cannot reach (nothing read in the bundle names a region)',
  },
  detection: {
    ...shared,
    sdk: 'the SDK',
    vendor: 'which of the candidates is the vendor',
    'vendor.country': 'in which countries the vendor is',
    scored: 'whether the SDK was recognised',
    explained: 'whether an SDK that was recognised explains the sign',
    presence: 'how the SDK is present',
    confidence: 'how sure the detection is',
    category: 'the category of the SDK',
  },
  host: {
    ...shared,
    stands: 'how the host stands in the bundle',
    serves: 'what the host serves',
    protection: 'whether what goes to {host} is encrypted on the way',
    carries: 'what a request to {host} carries',
    vendor: 'whose host it is',
    'vendor.country': 'in which countries the vendor is',
  },
  advisory: {
    ...shared,
    sdk: 'the SDK',
    kind: 'the kind of the advisory',
    level: 'the level',
    id: 'the id',
    published: 'the day of publication',
  },
  anomaly: { ...shared, code: 'the code', path: 'the path' },
  bundle: {
    ...shared,
    unidentified: 'what is aboard that no rule knows',
    'unidentified.with-hosts': 'what is aboard that no rule knows and that holds hosts',
  },
};
const controls: Readonly<Record<string, string>> = {
  'media-encryption': 'whether the app switches media encryption on',
  'end-to-end-encryption': 'whether the app switches end-to-end encryption on',
  'transport-encryption': 'whether transport encryption is on',
  region: 'whether the app limits the region',
  proxy: 'whether a proxy is set',
  token: 'whether the app uses tokens',
};

/** Every field that a rule over this can ask, with how a report says that it is not known. */
export function fieldWords(over: PolicyRule['over']): Readonly<Record<string, string>> {
  if (over !== 'flow') return fields[over];
  const named = Object.entries(controls).map(([id, words]) => [`control.${id}`, words] as const);
  return { ...fields.flow, ...Object.fromEntries(named) };
}

/** How a report says that a field is not known; undefined for a field that no rule of this kind can ask. */
export function notKnown(over: PolicyRule['over'], field: string): string | undefined {
  if (field.startsWith('control.')) return over === 'flow' ? controls[field.slice(8)] : undefined;
  const words = fields[over];
  return Object.hasOwn(words, field) ? words[field] : undefined;
}

/** Fields that ask who governs a recipient, or whoever else a rule is over. */
const governing = [
  'recipient.country',
  'recipient.foreign',
  'recipient.governed',
  'recipient.list',
  'recipient.role',
  'region.foreign',
  'host.operator.country',
  'host.operator.foreign',
  'vendor.country',
];

export function asksWhoGoverns(field: string): boolean {
  return governing.includes(field);
}

/** Whether a field is one that only the caller can state. */
export function isContext(field: string): boolean {
  return field.startsWith('context.');
}
