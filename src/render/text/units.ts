import type { BundleFacts, Provisioning, ProvisioningKind, Unit } from '../../types.ts';
import type { Inline } from './layout.ts';
import { cutTo, name, platformNames, plural } from './words.ts';

const UNITS_SHOWN = 6;

export const unitNames: Readonly<Partial<Record<Unit['kind'], string>>> = {
  feature: 'feature module',
  'asset-pack': 'asset pack',
  nested: 'nested app',
};

/** What a unit is, and the name of its folder. */
export function unitWords({ path, kind, platform }: Unit): string {
  const own = path.slice(path.lastIndexOf('/') + 1);
  const words = kind === 'app' ? `${platformNames[platform]} app` : (unitNames[kind] ?? kind.replaceAll('-', ' '));
  return own === '' ? words : `${words} ${name(own)}`;
}

/** Lines about some units, as many as a first screen has room for. */
export function unitLines(units: readonly Unit[], words: (unit: Unit) => string): Inline[] {
  const { shown, more } = cutTo(units, UNITS_SHOWN);
  const lines: Inline[] = shown.map((unit) => `${unitWords(unit)}: ${words(unit)}`);
  return more ? [...lines, more] : lines;
}

/** What the provisioning profile of each unit that has one says. */
export function profileLines({ units }: BundleFacts): Inline[] {
  const provisioned = units.filter(({ provisioning }) => provisioning !== undefined);
  return unitLines(provisioned, ({ provisioning }) => profileWords(provisioning!));
}

const forWhom: Record<ProvisioningKind, (devices: string) => string> = {
  development: (devices) => `for development on ${devices}`,
  'ad-hoc': (devices) => `for ${devices} that it names`,
  enterprise: () => 'of an organisation, for any device',
  'app-store': () => 'for the store',
};

function profileWords({ kind, devices, debuggable, teamId, teamName, expires }: Provisioning): string {
  const team = teamName === null ? teamId : `${name(teamName)}${teamId === null ? '' : ` (${name(teamId)})`}`;
  const parts = [
    forWhom[kind](plural(devices, 'device')),
    ...(debuggable === true ? ['debugging allowed'] : []),
    team === null ? 'of no team that it names' : `team ${teamName === null ? name(team) : team}`,
    ...(expires === null ? [] : [`to ${expires.slice(0, 10)}`]),
  ];
  return `${parts.join(', ')} (not verified)`;
}
