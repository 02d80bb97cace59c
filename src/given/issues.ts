import * as v from 'valibot';
import { ScanError, type ScanErrorCode } from '../errors.ts';

/** How messages say what is wrong with a document that the caller hands in: the document, the field, what may stand there. */

/** Of an object with these fields and no others. */
export function objectOf(what: string, fields: readonly string[]) {
  return ({ expected, received }: { readonly expected: string | null; readonly received: string }): string => {
    const known = fields.join(', ');
    if (expected === 'never') return `there is no such field; ${what} has ${known}`;
    return expected === 'Object' ? `${what} is an object with ${known}` : `missing (${received}); ${what} has ${known}`;
  };
}

/** A text of bounded length. */
export function textOf(what: string, most = 200) {
  const says = `${what}: a text of 1 to ${most} characters`;
  return v.pipe(v.string(says), v.minLength(1, says), v.maxLength(most, says));
}

/**
 * A value of a document, checked.
 * @param name what the document is called in messages: its file, where it has one
 * @throws ScanError naming document and field
 */
export function parseGiven<S extends v.GenericSchema>(
  shape: S,
  value: unknown,
  { name, code }: { readonly name: string; readonly code: ScanErrorCode },
): v.InferOutput<S> {
  const list = listAt(shape, value);
  if (list !== null) {
    throw new ScanError(code, `${name}: ${list.place}: a list stands where an object is asked for; ${list.asked}`);
  }
  const result = v.safeParse(shape, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new ScanError(code, `${name}: ${v.getDotPath(issue) ?? '(whole)'}: ${issue.message}`);
}

interface Shape {
  readonly type: string;
  readonly wrapped?: unknown;
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly message?: string | ((issue: { readonly expected: string; readonly received: string }) => string);
}

/** The first place where a list stands for an object: valibot takes it for one without fields. */
function listAt(shape: unknown, value: unknown, place = '(whole)'): { place: string; asked: string } | null {
  const { type, wrapped, entries, message = '' } = shape as Shape;
  if (wrapped !== undefined) return listAt(wrapped, value, place);
  if (type !== 'strict_object' || typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) {
    return { place, asked: typeof message === 'string' ? message : message({ expected: 'Object', received: 'Array' }) };
  }
  for (const [key, inner] of Object.entries(entries ?? {})) {
    if (!Object.hasOwn(value, key)) continue;
    const found = listAt(inner, (value as Record<string, unknown>)[key], place === '(whole)' ? key : `${place}.${key}`);
    if (found !== null) return found;
  }
  return null;
}
