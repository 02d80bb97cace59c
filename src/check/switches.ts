import { orderReleases } from '../releases.ts';
import { isRegion } from '../rules/places.ts';
import type { Sdk } from '../rules/schema.ts';
import type { Switch } from '../rules/switches.ts';
import { isCountry, noCountry } from './countries.ts';
import type { Complain } from './problem.ts';

/** Whether a switch or a call can be what its rule says: ids once, releases in order, places that exist. */
export function checkSwitches({ controls, api }: Sdk, report: Complain): void {
  controls.forEach(({ switches }, i) => {
    checkIds(switches, `controls.${i}.switches`, report);
    switches.forEach((each, k) => {
      const at = `controls.${i}.switches.${k}`;
      checkReleases(each, at, report);
      checkPlaces(each, at, report);
    });
  });
  checkIds(api, 'api', report);
  api.forEach((call, i) => {
    checkReleases(call, `api.${i}`, report);
  });
}

function checkIds(rows: readonly { readonly id: string }[], at: string, report: Complain): void {
  const ids = new Set<string>();
  rows.forEach(({ id }, i) => {
    if (ids.has(id)) report(`${at}.${i}.id`, `the id "${id}" stands twice`);
    ids.add(id);
  });
}

type Releases = Pick<Switch, 'since' | 'until'>;

function checkReleases({ since, until }: Releases, at: string, report: Complain): void {
  if (since !== undefined && until !== undefined && orderReleases(since, until) >= 0) {
    report(`${at}.until`, `${until} is not after ${since}: it would stand in no release`);
  }
}

function checkPlaces({ reads }: Switch, at: string, report: Complain): void {
  reads.forEach(({ areas = [] }, i) => {
    areas.forEach((area, k) => {
      const field = `${at}.reads.${i}.areas.${k}`;
      for (const place of area.in) {
        if (!/^\d/.test(place)) {
          if (!isCountry(place)) report(`${field}.in`, noCountry(place));
        } else if (!isRegion(place)) report(`${field}.in`, `"${place}" is no region of src/rules/places.ts`);
      }
      for (const country of area.out) if (!isCountry(country)) report(`${field}.out`, noCountry(country));
    });
  });
}
