import type { Rules } from '../../../src/index.ts';
import { setOf } from '../../../src/judge/conditions.ts';
import { lawsOf } from '../../../src/judge/links.ts';
import { onList } from '../../../src/judge/lists.ts';
import { caseOf } from '../../build/case.ts';
import type { JurisdictionTwin } from '../twin-schema.ts';
import { none, same, type TwinCase } from './case.ts';

type Case = JurisdictionTwin['hit'][number];

/** What the twin of a country's laws and lists says. */
export function jurisdictionCases(id: string, twin: JurisdictionTwin, rules: Rules): TwinCase[] {
  const rule = `jurisdictions/${id}`;
  const { country, laws, lists } = rules.jurisdictions.get(id)!;
  const setting = (asOf: string) => ({ found: caseOf({}), rules, context: null, asOf, scored: new Map() });

  const cited = ({ asOf, role }: Case): string[] => {
    const source = { how: 'register', url: 'https://registry.example', seen: asOf } as const;
    const link = { country, says: '', entity: { name: 'A company', role: role!, country, source }, source };
    return lawsOf([link], setting(asOf)).map((law) => law.id);
  };
  const stands = ({ asOf, list, country: of, vendor }: Case) =>
    onList(list!, vendor ?? '', setOf(of === undefined ? [] : [of]), setting(asOf));

  const caseFor = (each: Case, isHit: boolean): TwinCase => {
    const { asOf, role, laws: named, list } = each;
    const not = isHit ? '' : 'not ';
    if (named) {
      return none(rule, `on ${asOf} a company there (${role}) is ${not}reached by ${named.join(', ')}`, () => {
        const found = cited(each);
        return named.filter((law) => found.includes(law) !== isHit);
      });
    }
    const of = each.country ?? each.vendor!;
    return same(rule, `on ${asOf} ${of} does ${not}stand on ${list}`, () => ({ found: stands(each), wanted: isHit }));
  };

  return [
    none(rule, 'the twin names laws and lists of its file alone', () => {
      const known = [...laws, ...lists].map((each) => each.id);
      return [...twin.hit, ...twin.miss]
        .flatMap((each) => each.laws ?? each.list!)
        .filter((name) => !known.includes(name));
    }),
    ...twin.hit.map((each) => caseFor(each, true)),
    ...twin.miss.map((each) => caseFor(each, false)),
  ];
}
