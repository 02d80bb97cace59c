import * as v from 'valibot';
import { dataKinds, sourceKinds } from '../types.ts';

/** What rule files of every kind are made of. */

export const Id = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'an id is lower case letters, digits and hyphens'),
);
export const Day = v.pipe(v.string(), v.isoDate('a date is YYYY-MM-DD'));
export const Country = v.pipe(v.string(), v.regex(/^[A-Z]{2}$/, 'a country is two capital letters (ISO 3166-1)'));
export const Text = v.pipe(v.string(), v.minLength(1), v.maxLength(1000));
export const Url = v.pipe(v.string(), v.url(), v.startsWith('http', 'a source is an http(s) address'));
export const Data = v.picklist(dataKinds);
export const Digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'a sha256 is 64 hex digits'));
/** Byte at which something stands in a file. */
export const Offset = v.pipe(v.number(), v.integer(), v.minValue(0));

export const Source = v.pipe(
  v.strictObject({
    how: v.picklist(sourceKinds),
    url: v.optional(Url),
    /** Of a `secondary`: the document that the address has a copy of, or retells. */
    of: v.optional(Text),
    /** `npm:name@version/path/in/package`, `maven:group:artifact:version!path`, `git:owner/repo@commit/path`. */
    artifact: v.optional(Text),
    sha256: v.optional(Digest),
    offset: v.optional(Offset),
    seen: Day,
    published: v.optional(Day),
    note: v.optional(Text),
  }),
  v.check(
    (s) =>
      s.how === 'artifact' ? !!s.artifact && !!s.sha256 : !!s.url && (s.how === 'secondary') === (s.of !== undefined),
    'an artifact needs artifact and sha256, a secondary source url and of, any other source url alone',
  ),
);

/** A release, as `advisories` compare them: digits joined by dots. */
export const Release = v.pipe(v.string(), v.regex(/^\d{1,6}(\.\d{1,6}){0,3}$/, 'a release is digits joined by dots'));
