import { randomBytes } from 'node:crypto';
import { accessSync, constants, realpathSync, renameSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { OutputError, UsageError } from './exit-codes.ts';
import type { OutputChoice } from './options.ts';

/** Where the report of one file goes, besides stdout. */
export interface Destination<Format = OutputChoice['format']> {
  readonly format: Format;
  readonly path: string;
}

const NAME = '{name}';
/** What looks like it and is none: a path with `{app}` in it would be written so, once for all. */
const OTHER_NAME = /\{(?!name\})[A-Za-z_-]*\}/;

/** What a report calls a bundle: its path from the folder that the command runs in; of one elsewhere its name alone. */
export function relativeName(file: string): string {
  const way = relative(process.cwd(), resolve(file)).replaceAll(sep, '/');
  const isInside = way !== '' && way !== '..' && !way.startsWith('../') && resolve(way) !== way;
  return isInside ? way : basename(resolve(file));
}

/**
 * The paths to write for each file, checked before anything is scanned.
 * @param inputs everything that is read: bundles, context, rule packs
 * @throws UsageError where two reports would meet in one path, where a folder is missing, where an input would be lost
 */
export function destinations<Format extends string>(
  files: readonly string[],
  choices: readonly { readonly format: Format; readonly path: string | null }[],
  inputs: readonly string[],
): Map<string, Destination<Format>[]> {
  const toStdout = choices.filter((choice) => choice.path === null);
  if (toStdout.length > 1) {
    throw new UsageError(
      `only one output can go to stdout; give the others a path, as in -o ${toStdout[1]?.format}=PATH`,
    );
  }
  const taken = new Map<string, string>();
  const result = new Map<string, Destination<Format>[]>();
  for (const file of new Set(files)) {
    const own: Destination<Format>[] = [];
    for (const { format, path } of choices) {
      if (path === null) continue;
      const [unknown] = OTHER_NAME.exec(path) ?? [];
      if (unknown !== undefined) {
        throw new UsageError(`${path}: there is no ${unknown}; ${NAME} stands for the name of the bundle`);
      }
      if (files.length > 1 && !path.includes(NAME)) {
        throw new UsageError(
          `several files cannot share one output; write ${NAME} in the path, as in -o ${format}=${NAME}.${format}`,
        );
      }
      const target = resolve(path.replaceAll(NAME, () => basename(resolve(file))));
      const place = checkTarget(target, inputs);
      const other = taken.get(place);
      if (other !== undefined) throw new UsageError(`${target} would be written twice (${other} and ${file})`);
      taken.set(place, file);
      own.push({ format, path: target });
    }
    result.set(file, own);
  }
  return result;
}

function statOf(path: string): Stats | null {
  return statSync(path, { throwIfNoEntry: false }) ?? null;
}

/** Of an input: null too for what cannot be looked at (links in a ring, no right to): whoever reads it says so. */
export function inputStat(path: string): Stats | null {
  try {
    return statOf(path);
  } catch {
    return null;
  }
}

/** @returns where it is written by its one name, without links */
function checkTarget(target: string, inputs: readonly string[]): string {
  try {
    return checkPlace(target, inputs);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${target}: cannot be written (${(error as NodeJS.ErrnoException).code ?? error})`);
  }
}

function checkPlace(target: string, inputs: readonly string[]): string {
  const folder = dirname(target);
  if (!statOf(folder)?.isDirectory()) throw new UsageError(`${target}: there is no folder ${folder}`);
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new UsageError(`${target}: the folder ${folder} cannot be written to`);
  }
  const existing = statOf(target);
  if (existing?.isDirectory()) throw new UsageError(`${target} is a folder; name a file`);
  const place = existing ? realpathSync(target) : join(realpathSync(folder), basename(target));
  for (const input of inputs) {
    const stat = inputStat(input);
    if (!stat) continue;
    // The same file by any name: links included.
    const same = existing !== null && existing.dev === stat.dev && existing.ino === stat.ino;
    const way = relative(realpathSync(input), place);
    const inside = stat.isDirectory() && way !== '..' && !way.startsWith(`..${sep}`) && resolve(way) !== way;
    if (same || inside) throw new UsageError(`${target} would overwrite the input ${input}; write elsewhere`);
  }
  return place;
}

/**
 * Writes a file as a whole or not at all: a reader never sees half a report.
 * @throws OutputError
 */
export function writeWhole(target: string, text: string): void {
  let partial: string | null = null;
  try {
    const existing = statOf(target);
    // A pipe or device is written to; renaming over it would take its place.
    if (existing && !existing.isFile()) {
      writeFileSync(target, text);
      return;
    }
    const real = existing ? realpathSync(target) : target;
    partial = join(dirname(real), `.${basename(real).slice(0, 200)}.${randomBytes(6).toString('hex')}.partial`);
    writeFileSync(partial, text, { flag: 'wx' });
    renameSync(partial, real);
  } catch (error) {
    if (partial !== null) rmSync(partial, { force: true });
    throw new OutputError(`${target}: cannot be written (${(error as NodeJS.ErrnoException).code ?? error})`, {
      cause: error,
    });
  }
}

/**
 * Removes what an earlier run left where this one has nothing to write: it would be taken for what this one says.
 * @throws OutputError
 */
export function takeAway(target: string): void {
  try {
    if (statOf(target)?.isFile()) rmSync(realpathSync(target));
  } catch (error) {
    throw new OutputError(`${target}: cannot be removed (${(error as NodeJS.ErrnoException).code ?? error})`, {
      cause: error,
    });
  }
}
