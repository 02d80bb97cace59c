import { expect, it } from 'vitest';
import { loadRules } from '../src/index.ts';
import { hostOwners, IPV4, rulesOn } from '../src/rules/hosts.ts';

const rules = loadRules();
const owner = (host: string, day: string) => hostOwners(rulesOn(rules, day))(host)?.vendor ?? null;

it('an address seen in an old SDK is its vendor’s until the day in the rule, and nobody’s from then on', () => {
  const ended = [...rules.vendors.values()].flatMap(({ id, hosts }) =>
    hosts.filter(({ until }) => until !== undefined).map((host) => ({ id, ...host })),
  );
  expect(ended.length).toBeGreaterThan(70);
  for (const { id, host, until } of ended) {
    expect(IPV4.test(host), host).toBe(true);
    const before = new Date(Date.parse(until!) - 86_400_000).toISOString().slice(0, 10);
    expect([owner(host, before), owner(host, until!)], host).toEqual([id, null]);
  }
});

it('what has no end stays, and nothing is lost but hosts', () => {
  const today = rulesOn(rules, '2026-11-26');
  expect(owner('ap1.agora.io', '2026-11-26')).toBe('agora');
  expect(today.digest).toBe(rules.digest);
  expect([...today.vendors.keys()]).toEqual([...rules.vendors.keys()]);
  expect(rulesOn(today, '2026-11-26')).toBe(today);
});

it('every address that stands in bytes alone has an end', () => {
  const open = [...rules.vendors.values()].flatMap(({ hosts }) =>
    hosts.filter(({ host, source, until }) => IPV4.test(host) && source.how === 'artifact' && until === undefined),
  );
  expect(open.map(({ host }) => host)).toEqual([]);
});
