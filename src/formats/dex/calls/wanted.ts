/** What somebody wants to know of calls: the shapes of rules, without what rules make of them. */

/** `argument` is left out by a bit of another one: default arguments of Kotlin. */
export interface WantedMask {
  readonly argument: number;
  readonly bit: number;
}

export interface WantedValue {
  /** From 0, without the object; left out for what a field is written. */
  readonly argument?: number | undefined;
  readonly omitted?: WantedMask | undefined;
  readonly of?: WantedInside | undefined;
}

export interface WantedInside {
  readonly class: string;
  readonly fields: readonly string[];
  readonly calls: readonly {
    readonly method: string;
    readonly parameters?: readonly string[] | number | undefined;
    readonly argument: number;
    readonly omitted?: WantedMask | undefined;
  }[];
}

/** A call, or a write of a field, that somebody wants every place of. */
export interface WantedCall {
  /** By which it is told who asked. */
  readonly id: string;
  readonly classes: readonly string[];
  readonly method?: string | undefined;
  readonly parameters?: readonly string[] | number | undefined;
  readonly field?: string | undefined;
  readonly values: readonly WantedValue[];
  /** Packages of the SDK itself: what its own code calls is its own business. */
  readonly own: readonly string[];
  /** Methods that have to come later. */
  readonly before: readonly string[];
  /** Methods after which it has to come anew. */
  readonly undoneBy?: readonly string[] | undefined;
  /** What it is one way of: of several calls of a group one has to come before each later one. */
  readonly group: string;
  /** Groups whose objects it makes. */
  readonly starts: readonly string[];
}

const primitives: Readonly<Record<string, string>> = {
  boolean: 'Z',
  byte: 'B',
  char: 'C',
  double: 'D',
  float: 'F',
  int: 'I',
  long: 'J',
  short: 'S',
};

/** `byte[]` → `[B`, `java.lang.String` → `Ljava/lang/String;` */
export function descriptorOfType(name: string): string {
  if (name.endsWith('[]')) return `[${descriptorOfType(name.slice(0, -2))}`;
  return primitives[name] ?? `L${name.replaceAll('.', '/')};`;
}

/** Whether a method has these parameters: by type, by count, or whatever they are. */
export function hasParameters(wanted: WantedCall['parameters'], parameters: readonly string[]): boolean {
  if (wanted === undefined) return true;
  if (typeof wanted === 'number') return parameters.length === wanted;
  return wanted.length === parameters.length && wanted.every((name, i) => descriptorOfType(name) === parameters[i]);
}

/** Whether a class lies in one of these packages, or is what is named. */
export const isUnder = (name: string, packages: readonly string[]): boolean =>
  packages.some((each) => name === each || (name.startsWith(each) && /^[.$]/.test(name.slice(each.length))));

/** What is looked for. */
export interface Wanted {
  readonly calls: readonly WantedCall[];
  /** Packages of which every call from elsewhere is of interest. */
  readonly packages: readonly string[];
  /** Packages of the app itself, where they lie inside those of an SDK. */
  readonly app?: readonly string[];
}

/** Whether the code of a class is that of an SDK, of which these are the packages. */
export function isOf(name: string, own: readonly string[], { app = [] }: Wanted): boolean {
  const isInside = (each: string) => own.some((one) => each.startsWith(`${one}.`));
  return isUnder(name, own) && !isUnder(name, app.filter(isInside));
}
