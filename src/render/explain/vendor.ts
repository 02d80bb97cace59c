import { countryOf } from '../../countries.ts';
import type { Rules, Vendor } from '../../rules/schema.ts';
import { entityWords } from '../text/flows.ts';
import { bold, dim, indented, type Line, labelled } from '../text/layout.ts';
import { heading, plural } from '../text/words.ts';
import { hostWords } from './host.ts';
import { claimList, list } from './sdk.ts';
import type { Telling } from './telling.ts';

/** A vendor: the companies, hosts, what is claimed of it and what it disputes. */
export function explainVendor(vendor: Vendor, { rules, report, sources, width }: Telling): Line[] {
  const row = (label: string, content: string) => indented(labelled(dim(label), content, width - 2, 12), 2);
  const sdks = [...rules.sdks.values()].filter((sdk) => sdk.vendor === vendor.id).map((sdk) => sdk.id);
  const findings = report?.findings.filter((finding) => finding.recipient === vendor.id) ?? [];
  return [
    heading('VENDOR', vendor.id),
    ...row('name', vendor.name),
    ...row(
      'receives',
      vendor.recipient ? 'data of its SDKs, as its hosts and contracts say' : 'nothing: it publishes code',
    ),
    ...row('SDKs', sdks.length === 0 ? 'none in the rules' : sdks.join(', ')),
    ...(findings.length > 0 ? row('findings', findings.map((finding) => finding.id).join(', ')) : []),
    ...list(
      'COMPANIES',
      vendor.entities.map((entity) => [entityWords(entity), sources.cite(entity.source)]),
      width,
    ),
    ...list(
      'HOSTS',
      vendor.hosts.map((host) => [bold(host.host), hostWords(host), sources.cite(host.source)]),
      width,
    ),
    ...claimList(vendor.claims, sources, width),
    ...list(
      'DISPUTED',
      (vendor.disputed ?? []).map(({ what, by, on, source }) => [`${by}, ${on}: ${what}`, sources.cite(source)]),
      width,
    ),
  ];
}

export function shortVendor({ id, name, entities, recipient }: Vendor, rules: Rules): string {
  const control = entities.filter(({ role }) => role !== 'operating' && role !== 'access' && role !== 'owner');
  const from = [...new Set(control.map(({ country }) => countryOf(country)))].join(', ');
  const sdks = [...rules.sdks.values()].filter(({ vendor }) => vendor === id).length;
  const governed = from === '' ? 'who governs it is not known' : `registered or governed in ${from}`;
  return `${id} (vendor): ${name}; ${governed}; ${plural(sdks, 'SDK')} in the rules${recipient ? '' : '; receives nothing'}.`;
}
