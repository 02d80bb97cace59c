import { expect, it } from 'vitest';
import { checkPermissions } from '../src/check/permissions.ts';
import { loadRules } from '../src/index.ts';
import type { Permissions } from '../src/rules/schema.ts';

const android = loadRules().permissions.get('android')!;

function problems(file: Permissions): string[] {
  const found: string[] = [];
  checkPermissions(new Map([['android', file]]), (id) => (field, problem) => found.push(`${id} ${field}: ${problem}`));
  return found;
}

it('what tells people apart stands once, by id and by method', () => {
  expect(problems(android)).toEqual([]);
  const [first] = android.identifying;
  expect(
    problems({ ...android, identifying: [first!, { ...first!, id: 'other', members: [first!.members[0]!] }, first!] }),
  ).toEqual([
    `android identifying.1.members.0: "${first!.members[0]}" stands twice`,
    `android identifying.2.id: "${first!.id}" stands twice`,
    ...first!.members.map((name, i) => `android identifying.2.members.${i}: "${name}" stands twice`),
  ]);
});
