type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const formats: Readonly<Record<string, RegExp>> = { date: /^\d{4}-\d{2}-\d{2}$/, uri: /^https?:\/\/[^\s/]+/ };

const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
};

/** What says nothing about a value. */
const silent = ['$schema', '$defs', 'title', 'default', 'then', 'else'];

/**
 * What a value breaks of a JSON Schema, as far as our schemas use the language (draft 7). A keyword that is not known
 * here is an error, so that nothing goes unchecked.
 */
export function breaks(schema: unknown, value: unknown, root: Json = schema as Json, path = ''): string[] {
  if (typeof schema === 'boolean') return schema ? [] : [`${path}: not allowed`];
  const found: string[] = [];
  const inner = (part: unknown, item: unknown, at: string | number = '') =>
    breaks(part, item, root, at === '' ? path : path === '' ? `${at}` : `${path}.${at}`);
  const say = (ok: boolean, what: string) => {
    if (!ok) found.push(`${path}: ${what}`);
  };
  const { type, if: condition } = schema as Json;
  for (const [keyword, rule] of Object.entries(schema as Json)) {
    if (silent.includes(keyword)) continue;
    if (keyword === '$ref') {
      const part = (root.$defs as Json)[(rule as string).replace('#/$defs/', '')];
      if (part === undefined) throw new Error(`${rule} leads nowhere`);
      found.push(...inner(part, value));
    } else if (keyword === 'type') say(types[rule as string]!(value), `is no ${rule}`);
    else if (keyword === 'enum') say((rule as unknown[]).includes(value), `is none of ${rule}`);
    else if (keyword === 'const') say(value === rule, `is not ${rule}`);
    else if (keyword === 'anyOf') {
      const isMet = (rule as unknown[]).some((part) => inner(part, value).length === 0);
      say(isMet, 'meets nothing of what it must meet one of');
    } else if (keyword === 'oneOf') {
      const met = (rule as unknown[]).filter((part) => inner(part, value).length === 0).length;
      say(met === 1, `meets ${met} of what it must meet one of`);
    } else if (keyword === 'if') {
      const { then: yes = true, else: no = true } = schema as Json;
      found.push(...inner(inner(condition, value).length === 0 ? yes : no, value));
    } else if (keyword === 'required') {
      if (isObject(value)) for (const name of rule as string[]) say(Object.hasOwn(value, name), `lacks ${name}`);
    } else if (keyword === 'properties') {
      if (!isObject(value)) continue;
      for (const [name, part] of Object.entries(rule as Json)) {
        if (Object.hasOwn(value, name)) found.push(...inner(part, value[name], name));
      }
    } else if (keyword === 'additionalProperties') {
      const { properties = {} } = schema as { properties?: Json };
      for (const [name, item] of Object.entries(isObject(value) ? value : {})) {
        if (Object.hasOwn(properties, name)) continue;
        if (rule === false) say(false, `knows no ${name}`);
        else found.push(...inner(rule, item, name));
      }
    } else if (keyword === 'propertyNames') {
      if (isObject(value)) for (const name of Object.keys(value)) found.push(...inner(rule, name, name));
    } else if (keyword === 'items') {
      if (!Array.isArray(value)) continue;
      value.forEach((item, i) => {
        found.push(...inner(Array.isArray(rule) ? (rule[i] ?? true) : rule, item, i));
      });
    } else if (keyword === 'maxItems') say(!Array.isArray(value) || value.length <= (rule as number), 'has too many');
    else if (keyword === 'minItems') say(!Array.isArray(value) || value.length >= (rule as number), 'has too few');
    else if (keyword === 'minLength')
      say(typeof value !== 'string' || value.length >= (rule as number), 'is too short');
    else if (keyword === 'maxLength') say(typeof value !== 'string' || value.length <= (rule as number), 'is too long');
    else if (keyword === 'minimum') say(typeof value !== 'number' || value >= (rule as number), 'is too small');
    else if (keyword === 'maximum') say(typeof value !== 'number' || value <= (rule as number), 'is too large');
    else if (keyword === 'pattern') {
      say(typeof value !== 'string' || new RegExp(rule as string, 'u').test(value), `is not like ${rule}`);
    } else if (keyword === 'format') {
      say(typeof value !== 'string' || formats[rule as string]!.test(value), `is no ${rule}`);
    } else throw new Error(`${path}: the keyword ${keyword} (of type ${type}) is not known here`);
  }
  return found;
}
