import type { Guarded, Rules } from '../../rules/schema.ts';
import { bold, dim, type Inline, indented, type Line, labelled } from '../text/layout.ts';
import { evidenceInline, heading } from '../text/words.ts';
import { list } from './sdk.ts';
import type { Telling } from './telling.ts';

/** Members that are listed; those of contacts are some eighty. */
const SHOWN = 30;

/** A permission or purpose string: what needs it, by what code refers to, and who does in the report at hand. */
export function explainPermission(
  permission: string,
  guarded: readonly Guarded[],
  { report, sources, width }: Telling,
): Line[] {
  const row = (label: string, content: Inline) => indented(labelled(dim(label), content, width - 2, 12), 2);
  const use = report?.permissionUse.find((each) => each.permission === permission);
  return [
    heading('PERMISSION', permission),
    ...row('is for', guarded.map((each) => each.name).join(', ')),
    ...row(
      'means',
      'code aboard that refers to one of these can use it where the user allows it; a reference does not show that it is ' +
        'used, and code that goes by names (reflection, native code over JNI, a page) refers to nothing',
    ),
    ...guarded.flatMap((each) => ofGuarded(each, width)),
    ...(use === undefined
      ? []
      : list(
          'IN THE REPORT',
          use.users.map((user): Inline => {
            const [first] = user.evidence;
            return [bold(user.name), ` (${user.kind}, ${user.refers}) `, ...(first ? evidenceInline(first) : [])];
          }),
          width,
        )),
    ...list(
      'SEEN',
      guarded.flatMap((each) => each.sources.map((source): Inline => [each.name, ' ', sources.cite(source)])),
      width,
    ),
  ];
}

function ofGuarded({ name, members, strings, classes, symbols, besides }: Guarded, width: number): Line[] {
  const all = [...members, ...strings.map((string) => `"${string}"`), ...classes, ...symbols];
  const rest = all.length - SHOWN;
  const lines: Inline[] = all.slice(0, SHOWN);
  return [
    ...list(
      `WHAT NEEDS IT: ${name.toUpperCase()}`,
      [...lines, ...(rest > 0 ? [dim(`+ ${rest} more`)] : [])],
      width,
      `${all.length}`,
    ),
    ...(besides === undefined ? [] : indented(labelled(dim('besides'), besides, width - 2, 12), 2)),
  ];
}

/** In a line: what it is for. */
export function shortPermission(permission: string, guarded: readonly Guarded[]): string {
  return `${permission}: a permission, or text that asks for one; it is for ${guarded.map((each) => each.name).join(', ')}.`;
}

/** What needs each permission or purpose string. */
export function guardedBy(rules: Rules): ReadonlyMap<string, readonly Guarded[]> {
  const found = new Map<string, Guarded[]>();
  for (const { guarded } of rules.permissions.values()) {
    for (const each of guarded) {
      for (const permission of each.permissions) found.set(permission, [...(found.get(permission) ?? []), each]);
    }
  }
  return found;
}
