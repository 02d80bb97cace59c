import type { TwinFile } from '../../../src/cli/rules-test.ts';
import type { Rules } from '../../../src/index.ts';
import * as schemas from '../twin-schema.ts';
import { type JurisdictionTwin, parseTwin, type SdkTwin, type VendorTwin } from '../twin-schema.ts';
import { broken, none, type TwinCase } from './case.ts';
import { jurisdictionCases } from './jurisdictions.ts';
import { type PolicyTwin, policyCases } from './policies.ts';
import { sdkCases } from './sdks.ts';
import { vendorCases } from './vendors.ts';

/** How a kind of rule file is tried. Of a runtime or of what needs a permission a name is all there is. */
const makers: Readonly<Record<string, (id: string, file: TwinFile, rules: Rules) => TwinCase[]>> = {
  sdks: (id, { path, text }, rules) => sdkCases(id, parseTwin(schemas.SdkTwin, path, text) as SdkTwin, rules),
  vendors: (id, { path, text }, rules) =>
    vendorCases(id, parseTwin(schemas.VendorTwin, path, text) as VendorTwin, rules),
  jurisdictions: (id, { path, text }, rules) =>
    jurisdictionCases(id, parseTwin(schemas.JurisdictionTwin, path, text) as JurisdictionTwin, rules),
  policies: (id, { text }, rules) => policyCases(rules.policies.get(id)!, JSON.parse(text) as PolicyTwin, rules),
};

/**
 * What the twins of rule files say, to be tried in this order. `npm test` and `waybill rules test` try the same.
 * @param paths of the rule files, such as `sdks/agora-rtc.json`
 */
export function twinCases(paths: readonly string[], twins: readonly TwinFile[], rules: Rules): TwinCase[] {
  const files = new Map(twins.map((twin) => [twin.path, twin]));
  const known = new Set(paths);
  const stray = twins.filter(({ path }) => path.split('/')[0]! in makers && path.endsWith('.json') && !known.has(path));
  return [
    ...paths.flatMap((path) => {
      const [kind = '', name = ''] = path.split('/');
      const id = name.slice(0, -'.json'.length);
      const make = makers[kind];
      if (!make) return [];
      const file = files.get(path);
      if (!file) return [broken(`${kind}/${id}`, `there is no twin ${path}`)];
      try {
        return make(id, file, rules);
      } catch (error) {
        return [broken(`${kind}/${id}`, (error as Error).message)];
      }
    }),
    ...stray.map(({ path }) => none(path, 'it is the twin of a rule file', () => ['there is none'])),
  ];
}
