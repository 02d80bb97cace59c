import * as v from 'valibot';
import { Entity } from '../../src/rules/schema.ts';

/** The shapes of twins. `rules/README.md` says how to write one. */

const Text = v.pipe(v.string(), v.minLength(1));
const Texts = v.optional(v.array(Text), []);
const Day = v.pipe(v.string(), v.isoDate('a date is YYYY-MM-DD'));
const Country = v.pipe(v.string(), v.regex(/^[A-Z]{2}$/, 'a country is two capital letters'));

const Library = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[^/]+\.so$/, 'a library is a file name that ends in .so')),
  soname: v.optional(Text),
  exports: Texts,
  text: Texts,
});

const Framework = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^(?!.*\.framework$)[^/]+$/, 'a framework is named without .framework')),
  bundleId: v.optional(Text),
  version: v.optional(Text),
  objc: Texts,
  exports: Texts,
  text: Texts,
  /** False: a folder that holds an Info.plist and nothing else. */
  binary: v.optional(v.boolean(), true),
});

/** A path alone, or a file of text: a script in which strings are looked for. */
const File = v.union([Text, v.strictObject({ path: Text, text: Text })], 'a file is a path, or path and text');

const shared = {
  says: Text,
  classes: Texts,
  references: Texts,
  strings: Texts,
  keys: v.optional(v.record(Text, v.string()), {}),
  files: v.optional(v.array(File), []),
  /** True: no classes but these are aboard, though the rule's `needs` asks for more of them. */
  alone: v.optional(v.boolean(), false),
};
const android = {
  ...shared,
  platform: v.literal('android'),
  fields: v.optional(v.array(v.strictObject({ class: Text, name: Text, value: v.string() })), []),
  methods: v.optional(
    v.array(
      v.strictObject({
        class: Text,
        name: Text,
        loads: v.optional(v.array(v.string()), []),
        returns: v.optional(v.string()),
      }),
    ),
    [],
  ),
  libraries: v.optional(v.array(Library), []),
  components: Texts,
  permissions: Texts,
};
const ios = { ...shared, platform: v.literal('ios'), frameworks: v.optional(v.array(Framework), []) };

const expected = {
  expect: v.strictObject({
    /** What `Detection.version` must be; null: no version can be read, or places differ. */
    version: v.nullable(Text),
    /** What `Detection.versionBounds` says, where clues say since and until when they are in it. */
    bounds: v.optional(v.strictObject({ from: v.nullable(Text), before: v.nullable(Text) })),
    confidence: v.picklist(['high', 'medium', 'low']),
    /** Every other SDK that is rightly found in the same bundle. */
    also: Texts,
    /** Id under which it is found where its clues do not tell the products of its family apart; then no vendor is named. */
    family: v.optional(Text),
  }),
};
const AndroidCase = v.strictObject(android);
const IosCase = v.strictObject(ios);
export const TwinCase = v.variant('platform', [AndroidCase, IosCase]);

/** What a bundle of a twin is made of. */
export type TwinCase = v.InferOutput<typeof AndroidCase> | v.InferOutput<typeof IosCase>;

const holdsSomething = v.check<TwinCase, string>(
  (c) =>
    Object.entries(c).some(
      ([key, part]) => !['says', 'platform', 'alone'].includes(key) && Object.keys(part).length > 0,
    ),
  'the bundle holds nothing: a miss looks like the SDK and is not',
);

export const SdkTwin = v.strictObject({
  hit: v.pipe(
    v.array(
      v.variant('platform', [v.strictObject({ ...android, ...expected }), v.strictObject({ ...ios, ...expected })]),
    ),
    v.minLength(1),
  ),
  miss: v.pipe(v.array(v.pipe(v.variant('platform', [AndroidCase, IosCase]), holdsSomething)), v.minLength(1)),
});

/** A host, package or file that is the vendor's, or the countries of all its entities that a report of a day may name. */
const VendorCase = v.pipe(
  v.strictObject({
    host: v.optional(Text),
    package: v.optional(Text),
    file: v.optional(Text),
    asOf: v.optional(Day),
    countries: v.optional(v.array(Country)),
  }),
  v.check(
    (c) =>
      (Object.keys(c).length === 1) === (c.asOf === undefined) &&
      (c.asOf === undefined) === (c.countries === undefined),
    'a case has one of host, package and file, or asOf and countries',
  ),
);
export const VendorTwin = v.strictObject({
  hit: v.pipe(v.array(VendorCase), v.minLength(1)),
  miss: v.pipe(v.array(VendorCase), v.minLength(1)),
});

/** Laws that reach a company of a role, or a list that a country or a vendor stands on. */
const LawCase = v.pipe(
  v.strictObject({
    asOf: Day,
    role: v.optional(Entity.entries.role),
    laws: v.optional(v.pipe(v.array(Text), v.minLength(1))),
    list: v.optional(Text),
    country: v.optional(Country),
    vendor: v.optional(Text),
  }),
  v.check(({ role, laws, list, country, vendor }) => {
    const ofLaws = role !== undefined && laws !== undefined;
    const ofList = list !== undefined && (country === undefined) !== (vendor === undefined);
    const others = ofLaws ? [list, country, vendor] : [role, laws];
    return (ofLaws || ofList) && others.every((field) => field === undefined);
  }, 'a case has asOf and either role and laws, or list and one of country and vendor'),
);
export const JurisdictionTwin = v.strictObject({
  hit: v.pipe(v.array(LawCase), v.minLength(1)),
  miss: v.pipe(v.array(LawCase), v.minLength(1)),
});

export type SdkTwin = v.InferOutput<typeof SdkTwin>;
export type VendorTwin = v.InferOutput<typeof VendorTwin>;
export type JurisdictionTwin = v.InferOutput<typeof JurisdictionTwin>;

/**
 * @param path of the twin, for the message
 * @throws Error naming file and field
 */
export function parseTwin<T extends v.GenericSchema>(schema: T, path: string, text: string): v.InferOutput<T> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`${path}: (whole file): not JSON: ${(error as Error).message}`);
  }
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(`${path}: ${v.getDotPath(issue) ?? '(whole file)'}: ${issue.message}`);
}
