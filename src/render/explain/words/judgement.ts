import * as types from '../../../types.ts';
import { becameWords } from '../../diff/rows.ts';
import { basisWords, verdictWords } from '../../text/words.ts';
import { wordList } from './word-list.ts';

/** Words of what a report concludes, and of what it concludes it from. */

const verdicts = Object.fromEntries(types.verdicts.map((verdict) => [verdict, `${verdictWords[verdict][1]}.`]));

export const judgementWords = [
  wordList('verdict', 'verdict', types.verdicts, verdicts as Record<types.Verdict, string>),
  wordList('level', 'level of a finding', types.levels, {
    info: 'Said for the record: it asks nothing of anybody. A question that only the caller can answer is info.',
    low: 'Worth a line: it does not ask for a review by itself under the policies that ship.',
    medium: 'Worth a look by a person: the policies that ship ask for a review from this level on.',
    high: 'Something that a reviewer should have answered before the app goes out.',
    critical: 'The worst. Which level rejects an app is for the policy to say.',
  }),
  wordList(
    'change',
    'change between two reports',
    types.changeKinds,
    {
      added: 'The new report has it, and the old one, which had read and asked the same, had not.',
      removed: 'The old report had it, and the new one, which has read and asked the same, has not.',
      changed: 'Both have it, and not alike.',
      'unread-old': 'The new report alone has it; the old one had not read everything, so that it may not be new.',
      'unread-new': 'The old report alone has it; the new one has not read everything, so that it may not be gone.',
      'unasked-old': 'A finding of a rule that the policy of the old report did not have.',
      'unasked-new': 'A finding of a rule that the policy of the new report does not have.',
    },
    Object.fromEntries(types.changeKinds.map((kind) => [kind, [becameWords[kind]]])),
  ),
  wordList('trend', 'way that a finding or an app went between two reports', types.trends, {
    better:
      'A finding is gone, lower, or no longer proved, and nothing got worse. Of an app: where both were read and asked alike.',
    worse: 'A finding is new, higher, or was asked and is proved now.',
    mixed: 'Some of it got worse and some better.',
    same: 'Nothing changed that asks for anything: info does not count.',
    unclear: 'What one of the two did not read, did not ask or judged by other terms keeps it from being told.',
  }),
  wordList('remark', 'reason why two reports do not compare in all', types.differenceRemarks, {
    'same-bundle': 'Both are of the same bytes.',
    'other-app': 'They are of apps with other ids, of libraries with other names, or of an app and a library.',
    'app-unknown': 'The id of one of the apps, or of both, was not read.',
    'other-platform': 'One is of Android, the other of iOS.',
    'other-signer': 'The bundles name no signer in common. Waybill does not verify signatures.',
    'other-policy': 'They were judged by other policies, or by other states of one.',
    'other-context': 'Something else was stated of the app.',
    'other-rules': 'They were made with other rules: what is new or gone may be so for that alone.',
    'other-addresses': 'Other registry data of addresses was given, or one had none.',
    'other-day': 'They were judged by what was known on other days.',
    'other-depth': 'They were read to other depths.',
    'other-waybill': 'They were made by other releases of Waybill.',
    'unread-old': 'The old bundle was not read whole.',
    'unread-new': 'The new bundle was not read whole.',
  }),
  wordList('axis', 'axis of the risk', types.axes, {
    jurisdiction: 'Under whose law the recipient of data is.',
    'data-flow': 'What data can go where, and how it is protected on the way and from its recipient.',
    integrity: 'Whether the bundle is what it seems: tricks of its container, code that hides.',
    vulnerability: 'Known weaknesses of a release that is aboard, and releases that nobody mends any more.',
  }),
  wordList(
    'state',
    'state of a finding',
    types.findingStates,
    {
      holds: 'What the rule asks is known, and it is so. It counts in proven and in possible risk.',
      undetermined:
        'What the rule asks is not known: the title is a question, and "to settle" says what would answer it. It counts in possible risk alone.',
    },
    { holds: ['proved'], undetermined: ['not decided'] },
  ),
  wordList('open', 'kind of open question', types.openQuestions, {
    governance:
      'Who governs the recipient is not known on the day of the report: the question keeps the level of the finding.',
    context:
      'Only the caller can state it (who operates the app, where it is offered: --context): info until it is stated.',
    bundle:
      'It stands neither in the bytes that were read nor in the rules: a capture, the maker or the vendor can say.',
  }),
  wordList('basis', 'basis of a flow or finding, the strongest first', types.bases, capitalised(basisWords)),
  wordList(
    'data',
    'kind of data',
    types.dataKinds,
    {
      microphone: 'Sound from the microphone: calls, live audio, voice messages.',
      camera: 'Pictures from the camera: video calls, live video.',
      screen: 'What the screen shows, where the app shares it.',
      messages: 'What people write to each other, and files and calls that messages announce.',
      'user-id': 'What a service knows a person by: a user or account ID, or a number that stands for one.',
      'room-id': 'The name or number of a call, channel, room or conversation.',
      'device-ids':
        'What a device or installation is known by: advertising ID, Android ID, push token, serial numbers.',
      'network-info': 'The address of the device, its carrier, its networks, the quality of a connection.',
      location: 'Where the device is: by satellite, cells or networks nearby.',
    },
    {
      microphone: ['microphone audio'],
      camera: ['camera video'],
      screen: ['screen content'],
      'device-ids': ['device identifiers'],
      'network-info': ['network information'],
    },
  ),
  wordList(
    'protection',
    'protection on the way',
    types.protections,
    {
      cleartext: 'Nothing encrypts it on the way: whoever stands on the path can read it.',
      transport:
        'Encrypted between the app and the server (TLS, DTLS): the path cannot read it, the server can. Without a scheme in the bytes it stands on what the vendor documents.',
      'end-to-end': 'Encrypted with a key that the recipient lacks.',
      undetermined: 'Neither the bytes nor a document of the vendor says how it travels.',
    },
    { undetermined: ['not known'] },
  ),
  wordList(
    'permission',
    'state of a permission',
    types.permissionStates,
    {
      declared: 'The app asks the system for it, so that it can be granted.',
      absent: 'The manifest was read whole, and the app does not ask for it.',
      undetermined: 'The manifest could not be read whole.',
    },
    { absent: ['not declared'], undetermined: ['not known'] },
  ),
  wordList(
    'control-state',
    'state of what an app can switch',
    types.controlStates,
    {
      on: 'Every place in the code that switches it, on every way that was followed, switches it on.',
      weak: 'Switched on in a form that is known to be weak, or with a key that is no secret.',
      off: 'Switched off, or never switched on in code that was read whole and starts the SDK.',
      undetermined: 'The code that was read does not say, or not alike everywhere: the reason stands beside it.',
    },
    { undetermined: ['not decided'] },
  ),
  wordList(
    'confidence',
    'confidence of a detection',
    types.confidences,
    {
      high: 'A strong clue that code aboard defines, or strong clues of two kinds.',
      medium:
        'A strong clue, or as many supporting ones as the rule needs; or one product of a family that the bytes cannot tell.',
      low: 'Clues that are weak, or too few: listed, and counted only where bytes could not be read.',
    },
    { low: ['not counted'] },
  ),
  wordList('presence', 'presence of an SDK', types.presenceFacts, {
    declared: 'The manifest, a property list or the build names it.',
    referenced: 'Code aboard names it; the code itself is not shown to be aboard.',
    remote: 'A page of the app fetches it at run time: that code is not in the bundle and was not read.',
    bundled: 'Its code is in the bundle.',
    reachable:
      'A chain of calls leads to its API from something that the system starts. Where it is missing, reflection, native code and other runtimes may still call it.',
  }),
  wordList('handed', 'origin of a value that code hands to an SDK', types.handedOrigins, {
    constant: 'It stands in the app, for anybody who has the file.',
    none: 'Nothing is handed over: null, an empty text, or an argument left out.',
    identifier: 'A method gives it that tells people or devices apart.',
    elsewhere: 'A method gives it that is not aboard, or the system’s: the text says which.',
    'not-known': 'The code that was followed does not say.',
  }),
  wordList('identifier', 'kind of identifier', types.identifierKinds, {
    'phone-number': 'The number of the SIM card or line.',
    email: 'An e-mail address of the user.',
    account: 'An account on the device, or at a company that people sign in with.',
    'advertising-id': 'The ID that the system keeps for advertisers.',
    'device-id': 'What tells the device from all others: a serial number, IMEI, Android ID, hardware address.',
  }),
  wordList(
    'recipient',
    'kind of recipient',
    types.recipientKinds,
    {
      entity: 'A vendor that the rules know.',
      'first-party': 'Whoever runs the app: the server bears its own domain.',
      unknown: 'Nobody that the bundle names: the SDK goes where the app tells it to.',
    },
    { unknown: ['recipient not known', 'an unknown recipient'] },
  ),
  wordList(
    'ground',
    'kind of ground, in the order of truth',
    types.groundKinds,
    {
      bytes: 'Bytes of this bundle, with their place: `waybill verify` reads them again.',
      vendor: 'What the vendor itself publishes, a dispute of a claim included.',
      law: 'A law or an official list, as read on the day that stands with it.',
      filing: 'What a company told a supervisor, an exchange or a court, as these publish it.',
      register: 'An entry in a register of companies, or of records such as CVE.',
      research: 'What others found, in bytes of other apps or by measuring: it says about which.',
      copy: 'A copy of a document at another place than its publisher’s: the source says at which.',
      press: 'What a newspaper or magazine says. Press alone decides nothing of who governs a company.',
      context: 'What the caller stated: not checked.',
      nothing: 'What is not known.',
    },
    { context: ['stated'], nothing: ['not known'] },
  ),
];

function capitalised<Word extends string>(words: Readonly<Record<Word, string>>): Record<Word, string> {
  const entries = Object.entries<string>(words);
  return Object.fromEntries(
    entries.map(([word, means]) => [word, `${means[0]?.toUpperCase()}${means.slice(1)}.`]),
  ) as Record<Word, string>;
}
