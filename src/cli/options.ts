import { InvalidArgumentError } from 'commander';
import { type DifferenceFormat, differenceFormats, isDay, levels, outputFormats } from '../index.ts';

/** Values that options take. */
export type OutputFormat = (typeof outputFormats)[number];
export const thresholds = ['none', ...levels] as const;

/** A parser for an option with a fixed set of values. */
export interface OneOf<T extends string> {
  (value: string): T;
  readonly choices: readonly T[];
}

export function oneOf<T extends string>(choices: readonly T[]): OneOf<T> {
  const parse = (value: string): T => {
    const found = choices.find((known) => known === value);
    if (found === undefined) throw new InvalidArgumentError(`Use one of: ${choices.join(', ')}.`);
    return found;
  };
  return Object.assign(parse, { choices });
}

/** A parser for an option that may be given several times. */
export interface ListOf<T = unknown> {
  (value: string, before: readonly T[] | undefined): T[];
  readonly isList: true;
  readonly choices?: readonly string[] | undefined;
}

export function several<T>(parse: ((value: string) => T) & { readonly choices?: readonly string[] }): ListOf<T> {
  const all = (value: string, before: readonly T[] | undefined): T[] => [...(before ?? []), parse(value)];
  return Object.assign(all, { isList: true as const, choices: parse.choices });
}

/** A parser for a whole number, from 1 on. */
export function wholeNumber(most: number): (value: string) => number {
  return (value) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : 0;
    if (number >= 1 && number <= most) return number;
    throw new InvalidArgumentError(`Use a whole number, 1 to ${most}.`);
  };
}

/** A day that the calendar has, as YYYY-MM-DD. */
export function day(value: string): string {
  if (isDay(value)) return value;
  throw new InvalidArgumentError('Use a day of the calendar, as YYYY-MM-DD.');
}

/** A form of output, and where it goes. */
export interface Choice<Format> {
  readonly format: Format;
  /** Null for stdout. */
  readonly path: string | null;
}
export type OutputChoice = Choice<OutputFormat>;
export type DifferenceChoice = Choice<DifferenceFormat>;

/** A parser for `text`, `json=out.json`, `json=-`. */
function choiceOf<Format extends string>(formats: readonly Format[]): (value: string) => Choice<Format> {
  return (value) => {
    const at = value.indexOf('=');
    const format = oneOf(formats)(at < 0 ? value : value.slice(0, at));
    if (at < 0) return { format, path: null };
    const path = value.slice(at + 1);
    if (path === '') throw new InvalidArgumentError(`Write ${format} for stdout, or ${format}=PATH.`);
    return { format, path: path === '-' ? null : path };
  };
}

export const outputChoice = choiceOf(outputFormats);
export const differenceChoice = choiceOf(differenceFormats);
