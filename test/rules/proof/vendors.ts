import { entitiesOn } from '../../../src/asof.ts';
import { Owners } from '../../../src/detect/owners.ts';
import type { Rules } from '../../../src/index.ts';
import { hostOwners } from '../../../src/rules/hosts.ts';
import type { VendorTwin } from '../twin-schema.ts';
import { none, same, type TwinCase } from './case.ts';

type Case = VendorTwin['hit'][number];

/** What the twin of a vendor says. */
export function vendorCases(id: string, twin: VendorTwin, rules: Rules): TwinCase[] {
  const rule = `vendors/${id}`;
  const vendor = rules.vendors.get(id)!;
  const owner = ({ host, package: name, file }: Case): string | null => {
    if (host !== undefined) return hostOwners(rules)(host)?.vendor ?? null;
    const owners = new Owners(rules);
    return file === undefined ? (owners.ofPackage(name ?? '')?.vendor ?? null) : owners.ofFile(file);
  };
  const countries = (asOf: string) => [...new Set(entitiesOn(vendor, asOf).map((entity) => entity.country))].sort();
  const nameOf = (c: Case) => c.host ?? c.package ?? c.file;

  const hits = twin.hit.map((c) => {
    const { asOf, countries: wanted = [] } = c;
    if (asOf === undefined) return same(rule, `${nameOf(c)} is its own`, () => ({ found: owner(c), wanted: id }));
    const says = `on ${asOf} it is in ${wanted.join(', ')} and nowhere else`;
    return same(rule, says, () => ({ found: countries(asOf), wanted: [...wanted].sort() }));
  });
  const misses = twin.miss.map((c) => {
    const { asOf, countries: wanted = [] } = c;
    if (asOf === undefined) {
      return none(rule, `${nameOf(c)} is not its own`, () => (owner(c) === id ? [`it is told to be ${id}’s`] : []));
    }
    return none(rule, `on ${asOf} it is not known to be in ${wanted.join(', ')}`, () => {
      return wanted.filter((country) => countries(asOf).includes(country));
    });
  });
  const isMet = none(rule, 'every package and file of its code is met by a hit', () => {
    const named = vendor.code.flatMap(({ packages, files }) => [...packages, ...files]);
    const met = twin.hit.flatMap((c) => c.package ?? c.file ?? []);
    return named.filter((name) => !met.some((one) => one === name || one.startsWith(`${name}.`) || isLike(one, name)));
  });
  return [...hits, isMet, ...misses];
}

/** Whether a name is one that a literal with one `*` stands for. */
function isLike(name: string, literal: string): boolean {
  const [head = '', tail] = literal.split('*');
  return tail !== undefined && name.length >= head.length + tail.length && name.startsWith(head) && name.endsWith(tail);
}
