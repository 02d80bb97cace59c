import { relative } from 'node:path';
import { quoted } from '../index.ts';

/** Of the options of a scan, those that decide what its report says. */
interface Judging {
  readonly policy?: string;
  readonly context?: string;
  readonly asOf?: string;
  readonly depth?: string;
  readonly rules?: readonly string[];
}

/** The command that prints the whole report of one file as it was judged here: same policy, context, day, rules. */
export function againWords(file: string, options: Judging): string {
  const { policy, context, asOf, depth, rules = [] } = options;
  const stated = Object.entries({ policy, context, 'as-of': asOf, depth }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  );
  const packs = rules.flatMap((folder) => ['--rules', folder]);
  const named = file.startsWith('-') ? `./${file}` : file;
  return ['waybill', 'scan', named, ...stated, ...packs, '--full'].map(quoted).join(' ');
}

/** A path as a shell takes it: from here, where it lies below. */
export function shellPath(path: string): string {
  const way = relative(process.cwd(), path);
  return quoted(way === '' || way.startsWith('..') ? path : way);
}
