import type { PermissionUse, PermissionUser, Report, UserKind } from '../../types.ts';
import { dim, type Inline, indented, type Line, wrap } from './layout.ts';
import type { Pieces } from './pieces.ts';
import { table } from './table.ts';
import { cutTo, heading, name, number, subjectLabel } from './words.ts';

const SHOWN = 20;
const USERS_SHOWN = 6;

/** `RECORD_AUDIO` of `android.permission.RECORD_AUDIO`. */
const shortOf = (permission: string): string => permission.replace(/^android\.permission\./, '');

/** `CAMERA is for`, `CAMERA, RECORD_AUDIO are for`. */
export const areFor = (permissions: readonly string[]): string =>
  `${permissions.map(shortOf).map(name).join(', ')} ${permissions.length === 1 ? 'is' : 'are'} for`;

const ownWords: Readonly<Record<UserKind, (called: string) => string>> = {
  sdk: (called) => called,
  app: () => "the app's own code",
  runtime: (called) => `${called} (a runtime)`,
  unidentified: (called) => called,
  mixed: (called) => `${called} (whose, cannot be told)`,
};

const userWords = ({ kind, name: called }: Pick<PermissionUser, 'kind' | 'name'>) => ownWords[kind](name(called));

/** Whose code refers to what each permission is for. What is referred to need not be used. */
export function permissionSection({ permissionUse, bundle }: Report, pieces: Pieces, width: number): Line[] {
  if (permissionUse.length === 0) return [];
  const { shown, more } = cutTo(permissionUse, SHOWN);
  const one = permissionUse.filter(({ only }) => only !== null).length;
  const isNobodys = ({ users, moreUsers, open }: PermissionUse) => users.length + moreUsers === 0 && open === null;
  const nobodys = shown.filter(isNobodys).map(({ permission }) => name(shortOf(permission)));
  const used = shown.filter((use) => !isNobodys(use));
  // Why no answer is whole is mostly one reason, which is said once.
  const [reason = null] = used.map(({ open }) => open);
  const common = used.length > 1 && used.every(({ open }) => open === reason) ? reason : null;
  const rows = used.map((use) => ({
    cells: [name(shortOf(use.permission)), whoInline(common === null ? use : { ...use, open: null })],
    below: firstLines(use, pieces, width - 4),
  }));
  return [
    heading(
      'PERMISSIONS',
      subjectLabel(bundle) === 'Library'
        ? `${number(permissionUse.length)} that its code refers to what they are for, or asks for`
        : `${number(permissionUse.length)} of those asked for, and whose code refers to what each is for; of ${number(one)} one party alone`,
    ),
    ...(rows.length === 0
      ? []
      : indented(table(['Permission', 'Whose code refers to what it is for'], rows, width - 2), 2)),
    ...(common === null ? [] : indented(wrap(dim(`whether others do is not known: ${name(common)}`), width - 2), 2)),
    ...(nobodys.length === 0 ? [] : indented(wrap(`none that was read: ${nobodys.join(', ')}`, width - 2), 2)),
    ...(more ? indented(wrap(more, width - 2), 2) : []),
  ];
}

function whoInline({ users, moreUsers, only, open }: PermissionUse): Inline {
  const using = users.filter(({ refers }) => refers === 'interface');
  const naming = users.filter(({ refers }) => refers === 'name');
  const rest = using.length - USERS_SHOWN + moreUsers;
  const who = using.slice(0, USERS_SHOWN).map(userWords).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
  const named = naming.slice(0, USERS_SHOWN).map(userWords).join(', ');
  return [
    using.length === 0 ? dim('none that was read') : `${only === null ? '' : 'only '}${who}`,
    ...(open === null ? [] : [dim(`; whether others do is not known: ${name(open)}`)]),
    ...(naming.length === 0 ? [] : [dim(`; named by ${named}`)]),
  ];
}

/** Of the one that is said to be the only one, the place. */
function firstLines({ users, only }: PermissionUse, pieces: Pieces, width: number): Line[] {
  const [evidence] = only === null ? [] : (users[0]?.evidence ?? []);
  return evidence === undefined ? [] : wrap(pieces.inline(evidence), width);
}
