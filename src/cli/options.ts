import { InvalidArgumentError } from 'commander';
import type { CoverageReason, Depth, Level, render } from '../index.ts';

/** Values that options take. `satisfies` keeps each list whole: a value that the library gains must be added here. */
export const formats = Object.keys({ text: 1, json: 1 } satisfies Record<OutputFormat, 1>) as OutputFormat[];
export type OutputFormat = Parameters<typeof render>[1];
export const depths = Object.keys({ names: 1, standard: 1, deep: 1 } satisfies Record<Depth, 1>) as Depth[];
export const thresholds = Object.keys({
  none: 1,
  info: 1,
  low: 1,
  medium: 1,
  high: 1,
  critical: 1,
} satisfies Record<Level | 'none', 1>) as (Level | 'none')[];
export const acceptable = Object.keys({
  depth: 1,
  encrypted: 1,
  malformed: 1,
  budget: 1,
  missing: 1,
  unsupported: 1,
  password: 1,
} satisfies Record<CoverageReason, 1>) as CoverageReason[];

/** A parser for an option with a fixed set of values. */
export function oneOf<T extends string>(values: readonly T[]): (value: string) => T {
  return (value) => {
    const found = values.find((known) => known === value);
    if (found === undefined) throw new InvalidArgumentError(`Use one of: ${values.join(', ')}.`);
    return found;
  };
}

/** A parser for an option that may be given several times. */
export function several<T>(parse: (value: string) => T): (value: string, before: readonly T[] | undefined) => T[] {
  return (value, before) => [...(before ?? []), parse(value)];
}

/** A day that the calendar has, as YYYY-MM-DD. */
export function day(value: string): string {
  const time = Date.parse(`${value}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value) || Number.isNaN(time) || !new Date(time).toISOString().startsWith(value)) {
    throw new InvalidArgumentError('Use a day of the calendar, as YYYY-MM-DD.');
  }
  return value;
}

export interface OutputChoice {
  readonly format: OutputFormat;
  /** Null for stdout. */
  readonly path: string | null;
}

/** `text`, `json=out.json`, `json=-`. */
export function outputChoice(value: string): OutputChoice {
  const at = value.indexOf('=');
  const format = oneOf(formats)(at < 0 ? value : value.slice(0, at));
  if (at < 0) return { format, path: null };
  const path = value.slice(at + 1);
  if (path === '') throw new InvalidArgumentError(`Write ${format} for stdout, or ${format}=PATH.`);
  return { format, path: path === '-' ? null : path };
}
