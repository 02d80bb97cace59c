import type { AccessedApi, CollectedData, ListedSign, PrivacyManifest, Report, SdkList } from '../../types.ts';
import { placed } from './hosts.ts';
import { dim, type Inline, indented, type Line, labelled, span, wrap } from './layout.ts';
import type { Sources } from './sources.ts';
import { cutTo, heading, name, number, plural } from './words.ts';

const MANIFESTS_SHOWN = 20;
const ITEMS_SHOWN = 12;
const LISTED_SHOWN = 40;
const LABEL = 10;

/** What makers say of data, and which SDKs of a published list are aboard: what code does is said elsewhere. */
export function privacySections({ bundle, listed }: Report, sources: Sources, width: number): Line[][] {
  return [
    manifestSection(bundle.privacyManifests ?? [], width),
    ...listed.map((list) => listSection(list, sources, width)),
  ];
}

function manifestSection(manifests: readonly PrivacyManifest[], width: number): Line[] {
  if (manifests.length === 0) return [];
  const { shown, more } = cutTo(manifests, MANIFESTS_SHOWN);
  return [
    heading('PRIVACY MANIFESTS', `${number(manifests.length)}; what their makers say, not what the code does`),
    ...shown.flatMap((manifest) => indented(manifestLines(manifest, width - 2), 2)),
    ...(more ? indented(wrap(more, width - 2), 2) : []),
  ];
}

function manifestLines(manifest: PrivacyManifest, width: number): Line[] {
  const row = (label: string, content: Inline) => indented(labelled(dim(label), content, width - 2, LABEL), 2);
  return [
    ...wrap(span(name(manifest.path), 'cyan'), width),
    ...row('tracking', trackingWords(manifest)),
    ...row('collects', itemWords(manifest.collects.map(collectedWords))),
    ...row('uses', itemWords(manifest.accesses.map(accessedWords))),
  ];
}

function trackingWords({ tracking, trackingDomains }: PrivacyManifest): string {
  const says = tracking === null ? 'not said' : tracking ? 'yes' : 'no';
  return trackingDomains.length === 0 ? says : `${says}; domains ${itemWords(trackingDomains.map(name))}`;
}

function itemWords(items: readonly string[]): string {
  if (items.length === 0) return 'nothing named';
  const rest = items.length - ITEMS_SHOWN;
  return `${items.slice(0, ITEMS_SHOWN).join(', ')}${rest > 0 ? ` and ${number(rest)} more` : ''}`;
}

/** `UserID (linked to the user, for AppFunctionality)`: Apple's names without what all of them begin with. */
function collectedWords({ type, linked, tracking, purposes }: CollectedData): string {
  const plain = (text: string, beginning: string) =>
    name(text.startsWith(beginning) ? text.slice(beginning.length) : text);
  const says = [
    ...(linked === null ? [] : [linked ? 'linked to the user' : 'not linked to the user']),
    ...(tracking === true ? ['for tracking'] : []),
    ...purposes.map((purpose) => `for ${plain(purpose, 'NSPrivacyCollectedDataTypePurpose')}`),
  ];
  const called = plain(type, 'NSPrivacyCollectedDataType');
  return says.length === 0 ? called : `${called} (${says.join(', ')})`;
}

function accessedWords({ type, reasons }: AccessedApi): string {
  const beginning = 'NSPrivacyAccessedAPICategory';
  const called = name(type.startsWith(beginning) ? type.slice(beginning.length) : type);
  return `${called} (${reasons.length === 0 ? 'no reason given' : reasons.map(name).join(', ')})`;
}

const signWords: Record<ListedSign, string> = {
  framework: 'framework',
  pod: 'class of CocoaPods',
  module: 'Swift module',
};

function listSection(
  { name: called, by, says, sources: seen, aboard, more: beyond }: SdkList,
  sources: Sources,
  width: number,
) {
  const without = aboard.filter(({ manifest }) => manifest === null).length;
  const { shown, more } = cutTo(aboard, LISTED_SHOWN, beyond);
  const rows = shown.map((sdk) => ({
    cells: [name(sdk.name), signWords[sdk.found], sdk.manifest === null ? 'none of its name' : 'aboard'],
    last: [span(name(sdk.manifest ?? sdk.path), 'cyan')],
    below: [],
  }));
  const count = `${plural(aboard.length + beyond, 'SDK')} aboard by name`;
  return [
    heading(
      'LISTED',
      `${called} (${by}): ${count}${without === 0 ? '' : `, ${number(without)} without a manifest of its name`}`,
    ),
    ...indented(
      wrap([says, ' Of what is linked in, the manifest of the app may speak.', sources.numbers(seen)], width - 2),
      2,
    ),
    ...indented(placed(['Name', 'Told by', 'Manifest', 'Where'], rows, width - 2), 2),
    ...(more ? indented(wrap(more, width - 2), 2) : []),
  ];
}
