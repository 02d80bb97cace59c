import { citable } from '../asof.ts';
import { order } from '../order.ts';
import type { Background } from '../types.ts';
import { type Cited, disputes } from './grounds.ts';
import type { Case, Setting } from './setting.ts';

/** Whether a report is about an app that this bundle is not, or is not known to be. */
export function isOfAnotherApp({ claim: { about } }: Cited, found: Pick<Case, 'units'>): boolean {
  if (!about) return false;
  const apps = found.units.filter((unit) => unit.kind === 'app').map((unit) => unit.app);
  return !apps.some(({ id }) => id !== null && about.ids.includes(id));
}

/** Reports about other apps with an SDK of a vendor that is aboard: one for each vendor, app and source. */
export function backgroundOf(setting: Setting): Background[] {
  const { rules, found, asOf, scored } = setting;
  const reports = new Map<string, { vendor: string; cited: Cited[] }>();
  for (const id of new Set([...scored.values()].flatMap(({ vendor }) => vendor ?? []))) {
    const vendor = rules.vendors.get(id);
    const sdks = [...scored.values()].flatMap((d) => (d.vendor === id ? (rules.sdks.get(d.sdk) ?? []) : []));
    for (const file of [vendor, ...sdks]) {
      for (const claim of file?.claims ?? []) {
        const cited: Cited = { claim, by: file?.name ?? id };
        if (!isOfAnotherApp(cited, found) || claim.from > asOf || !citable(claim.source, asOf)) continue;
        const key = JSON.stringify([id, claim.about?.name, claim.source.published]);
        const report = reports.get(key);
        if (report) report.cited.push(cited);
        else reports.set(key, { vendor: id, cited: [cited] });
      }
    }
  }
  return [...reports.values()]
    .map(({ vendor, cited }): Background => {
      const [{ claim }] = cited as [Cited, ...Cited[]];
      const { name = '', version } = claim.about ?? {};
      const party = { kind: 'entity', id: vendor, name: vendor, entities: [], countriesComplete: true } as const;
      return {
        vendor,
        about: version === undefined ? name : `${name} ${version}`,
        published: claim.source.published ?? claim.from,
        says: [...new Set(cited.map((each) => each.claim.says))],
        source: claim.source,
        disputed: disputes(party, cited, setting),
      };
    })
    .sort((a, b) => order(a.vendor, b.vendor) || order(a.published, b.published) || order(a.about, b.about));
}
