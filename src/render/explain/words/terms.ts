import { wordList } from './word-list.ts';

/** Words that reports are written in, beside those of closed lists. */
const terms = {
  bundle: 'The thing that is scanned: an APK, an IPA, an app folder, a library.',
  entry: 'One file inside a bundle; `outer!inner` is one inside another.',
  sdk: 'Code of a third party that an app is built with, and that the rules know.',
  vendor: 'Who makes an SDK, or runs a host that the bytes name.',
  clue: 'One line of an SDK’s rule: what it asks for in the bytes. `explain SDK/CLUE` explains one.',
  grounds: 'What a finding stands on, in the order of truth: bytes, vendor, filings and law, others.',
  detection: 'An SDK that was found, with the places that show it.',
  call: 'Code that calls an SDK. As the clue of evidence: the instruction that does; no clue of a rule asked for it.',
  endpoint: 'A host, address or URL that the bytes hold. That it is held does not say that anything is sent there.',
  flow: 'One kind of data to one recipient, with what it stands on.',
  finding: 'A rule of the policy that holds, or that cannot be decided.',
  question: 'The title of a finding that is not decided.',
  settle: 'What would decide a finding that is not decided.',
  remedy: 'What the maker of the app can do; the part for the reviewer can be sent as it stands.',
  policy: 'The rules that a report is judged by. `waybill rules list --kind policies` lists them.',
  risk: 'Two numbers of 0 to 100 to rank apps by: proven and possible. Levels decide the verdict, not the risk.',
  proven: 'The risk where all that is not decided is supposed to be good.',
  possible: 'The risk where all that is not decided is supposed to be bad.',
  weight: 'The share of the risk that a rule adds where it holds, 0 to 1. One cause counts once.',
  cause: 'One recipient and one concern: the worst finding on it counts, the others add nothing.',
  complete: 'Yes where nothing that could hide an SDK was left unread.',
  background: 'What was reported about another app with an SDK of the same vendor: no ground of a finding here.',
  disputed: 'A claim that a company objects to. The objection is printed beside the claim, with its day.',
  runtime: 'What a platform, language or tool puts into every app built with it: no third party of the app.',
  notice: 'Something that a reader of the report should know of how it came about.',
  waiver: 'A finding that somebody accepted, for a reason and a time: `--waivers`.',
  'as-of': 'The day that a report is judged by: no law, company or claim of a later day counts.',
  key: 'A key of the manifest or of a property list that an SDK reads. As the clue of evidence: no clue had to ask for it.',
  'no-known-sdk': 'Stands in place of an SDK where no SDK that the rules know explains the code.',
  foreign: 'Governed from a country that is neither the operator’s nor the users’, as the caller states them.',
} as const;

export const termWords = wordList('term', 'term', Object.keys(terms) as (keyof typeof terms)[], terms, {
  grounds: ['ground'],
  settle: ['to settle'],
  'as-of': ['as of'],
  disputed: ['dispute'],
  'no-known-sdk': ['code that no known SDK explains'],
  runtime: ['runtimes'],
  endpoint: ['endpoints'],
  complete: ['not complete'],
});

const values = {
  yes: 'It is so.',
  no: 'It is not so.',
  present: 'There is one.',
  absent: 'There is none.',
  covered: 'A covered person of 28 CFR 202, which no bundle shows.',
  passed: 'Code aboard holds a template that carries it, or better.',
  'not-said': 'A bare host: no scheme says whether what goes there is encrypted.',
  unknown: 'Not known.',
} as const;

export const valueWords = wordList('value', 'value of a field', Object.keys(values) as (keyof typeof values)[], values);

const places = {
  'text in bytes': 'Text in the content, as it stands.',
  'URL in bytes': 'A URL, or a template of one, in the content.',
  'escaped URL in bytes': 'A URL whose slashes are written as JSON, JavaScript or a query spell them.',
  'host name in bytes': 'A host name in the content.',
  'address in bytes': 'An IP address in the content.',
  'DEX string': 'A string in the table of a DEX.',
  'DEX type': 'A type in the table of a DEX.',
  'code of a DEX': 'An instruction in the code of a class: its bytes, and what they refer to.',
  'string that code of a DEX loads': 'A string that a method puts into a register.',
  'string that code of a DEX returns': 'A string that a method gives back.',
  'static field of a DEX': 'The value that a static field of a DEX starts with.',
  'constant of a Java class': 'A constant of a Java class file.',
  'symbol table': 'The table of symbols of a Mach-O file.',
  'export trie': 'The exports of a Mach-O file, which share their beginnings.',
  'bound symbol': 'A symbol that a Mach-O file asks the system to bind.',
  'Objective-C class list': 'The list of classes that the Objective-C runtime takes.',
  'Objective-C selector': 'The name of a message, to which the code of a Mach-O file refers.',
  'Objective-C protocol list': 'The list of protocols that the Objective-C runtime takes.',
  'load command': 'A command of a Mach-O file to its loader.',
  'ELF symbol': 'A symbol of an ELF library.',
  'archive symbol': 'A symbol in the table of a static library.',
  'entry name': 'The name of an entry in the directory of the archive.',
  'file of the build': 'A file that the build left: META-INF, properties.',
  'script that a page loads': 'A script that a page fetches, by what the page calls it.',
  manifest: 'The manifest of the app.',
  'property list': 'A property list, by its key.',
  script: 'A script of the bundle.',
} as const;

export const placeWords = wordList('how', 'kind of place', Object.keys(places) as (keyof typeof places)[], places);
