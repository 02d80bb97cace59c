import { lstatSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { type Command, InvalidArgumentError, type Option } from 'commander';
import { UsageError } from './exit-codes.ts';
import type { Io } from './io.ts';
import { readJson } from './json-file.ts';
import type { ListOf, OneOf } from './options.ts';
import { remark } from './remarks.ts';

/** What is looked for in the working folder. */
export const CONFIGURATION = 'waybill.config.json';
const MOST_BYTES = 1024 * 1024;

/** Options that say where the others come from, or that are no setting. */
const notSettings: readonly string[] = ['config', 'help'];

type Values = Readonly<Record<string, unknown>>;

/**
 * Options that the command line leaves out, from the environment, then from the configuration file: option > environment >
 * file > default. Each text goes through the parser of its option.
 * @param command after parsing
 * @throws UsageError naming the variable, or file and field, and what may stand there; ScanError where no file can be read
 */
export function applySettings(command: Command, io: Io): void {
  const { file, values } = readConfiguration(command, io.env);
  // From here on it is an input like others: no output goes over it.
  command.setOptionValue('config', file ?? false);
  const used: string[] = [];
  for (const option of settingsOf(command)) {
    const key = option.attributeName();
    if (command.getOptionValueSource(key) === 'cli' || isOutputTyped(command, key)) continue;
    const variable = variableOf(option);
    const text = io.env[variable];
    if (text !== undefined && text !== '') {
      command.setOptionValueWithSource(key, fromText(option, text, variable), 'env');
    } else if (file !== null && Object.hasOwn(values, key)) {
      command.setOptionValueWithSource(key, fromFile(option, values[key], file), 'config');
      used.push(key);
    }
  }
  // A file that lowers the gate cannot keep that it was read to itself.
  if (command.opts().quiet === true && command.getOptionValueSource('quiet') !== 'config') return;
  const known = settingsOf(command).map(variableOf);
  for (const name of Object.keys(io.env)
    .filter((each) => each.startsWith('WAYBILL_'))
    .sort()) {
    if (!known.includes(name) && name !== 'WAYBILL_CONFIG') {
      io.stderr.write(
        remark(`${name} is no setting and was passed over; there is ${[...known, 'WAYBILL_CONFIG'].join(', ')}`),
      );
    }
  }
  if (file === null) return;
  const of = used.length === 0 ? 'nothing of it, since options and environment go first' : used.join(', ');
  io.stderr.write(remark(`configuration: ${file} (${of})`));
}

/** Two options that are one: `--full` is `-o text`, and either, typed, goes before both of the environment and the file. */
const outputs: readonly string[] = ['output', 'full'];

function isOutputTyped(command: Command, key: string): boolean {
  return outputs.includes(key) && outputs.some((each) => command.getOptionValueSource(each) === 'cli');
}

/** Options of a command that the environment and a configuration file may set. */
function settingsOf(command: Command): Option[] {
  return command.options.filter((option) => !notSettings.includes(option.attributeName()));
}

/** `WAYBILL_FAIL_ON` of `--fail-on`. */
function variableOf(option: Option): string {
  return `WAYBILL_${option.name().toUpperCase().replaceAll('-', '_')}`;
}

function readConfiguration(command: Command, env: Io['env']): { file: string | null; values: Values } {
  const { config } = command.opts<{ config?: string | boolean }>();
  if (config === false) return { file: null, values: {} };
  const named = typeof config === 'string' ? config : env.WAYBILL_CONFIG || null;
  if (named === null && !lstatSync(CONFIGURATION, { throwIfNoEntry: false })) return { file: null, values: {} };
  const file = named ?? CONFIGURATION;
  const value = readJson(file, MOST_BYTES);
  const keys = settingsOf(command).map((option) => option.attributeName());
  const there = `there is ${keys.join(', ')}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`${file}: (whole): a configuration is an object of settings; ${there}`);
  }
  const unknown = Object.keys(value).find((key) => key !== '$schema' && !keys.includes(key));
  if (unknown !== undefined) throw new UsageError(`${file}: ${unknown}: there is no such setting; ${there}`);
  return { file, values: value as Values };
}

/** A value as the environment has it: of a list, parts between commas. */
function fromText(option: Option, text: string, variable: string): unknown {
  if (option.isBoolean()) {
    if (['1', 'true'].includes(text)) return true;
    if (['0', 'false'].includes(text)) return false;
    throw new UsageError(`${variable} "${text}": Use true or false.`);
  }
  if (option.optional && ['true', 'false'].includes(text)) return text === 'true' || undefined;
  const parts = isList(option) ? text.split(',').map((part) => part.trim()) : [text];
  return parsed(option, parts, variable);
}

/** A value as the file has it; paths in it are relative to the file. */
function fromFile(option: Option, value: unknown, file: string): unknown {
  const at = `${file}: ${option.attributeName()}`;
  if (option.isBoolean()) {
    if (typeof value === 'boolean') return value;
    throw new UsageError(`${at}: Use true or false.`);
  }
  if (option.optional && typeof value === 'boolean') return value || undefined;
  const placed = (text: string) => fromFolder(option, text, dirname(file));
  if (isList(option)) {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (list.length > 0 && list.every((each) => typeof each === 'string')) return parsed(option, list.map(placed), at);
    throw new UsageError(`${at}: Use a text, or a list of texts.`);
  }
  if (typeof value === 'string' || typeof value === 'number') return parsed(option, [placed(String(value))], at);
  throw new UsageError(`${at}: Use a text${option.optional ? ' or true' : ''}.`);
}

function parsed(option: Option, texts: readonly string[], at: string): unknown {
  let value: unknown;
  for (const text of texts) {
    try {
      value = option.parseArg ? option.parseArg(text, value) : text;
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      throw new UsageError(`${at} "${text}": ${error.message}`);
    }
  }
  return value;
}

const isList = ({ parseArg }: Option) => (parseArg as Partial<ListOf> | undefined)?.isList === true;

function fromFolder({ flags }: Option, text: string, folder: string): string {
  const place = (path: string) => (isAbsolute(path) ? path : join(folder, path));
  if (/[<[](?:file|dir)[>\]]/.test(flags)) return place(text);
  const [, format, path] = /^([^=]*=)(.+)$/s.exec(text) ?? [];
  return flags.includes('=path') && path !== undefined && path !== '-' ? `${format}${place(path)}` : text;
}

/** The configuration as JSON Schema, by the options that there are. */
export function settingsSchema(command: Command) {
  const rows = settingsOf(command).map((option) => [option.attributeName(), schemaOf(option)] as const);
  return {
    type: 'object' as const,
    properties: { $schema: { type: 'string' as const }, ...Object.fromEntries(rows) },
    additionalProperties: false,
  };
}

function schemaOf(option: Option) {
  const { description } = option;
  if (option.isBoolean()) return { description, type: 'boolean' as const };
  const { choices } = (option.parseArg ?? {}) as Partial<OneOf<string>>;
  const one = choices === undefined ? { type: 'string' as const } : { enum: [...choices] };
  const forms = isList(option)
    ? [one, { type: 'array' as const, items: one, minItems: 1 }]
    : [one, ...(choices ? [] : [{ type: 'integer' as const }])];
  return { description, anyOf: option.optional ? [...forms, { type: 'boolean' as const }] : forms };
}
