import * as v from 'valibot';
import { entityRoles, hostUses } from '../../types.ts';
import { Country, Day, Id, Source, Text } from '../basic.ts';
import { Claim } from './sdk.ts';

export const Entity = v.strictObject({
  name: Text,
  role: v.picklist(entityRoles),
  country: Country,
  from: v.optional(Day),
  to: v.optional(Day),
  /** Of an owner, in [0, 1]. */
  share: v.optional(v.number()),
  /** Of a parent, an owner or who controls: whether the country is where it is registered, or where its head office is. */
  seat: v.optional(v.picklist(['incorporated', 'headquartered'])),
  source: Source,
});

export const Host = v.strictObject({
  /** A host name: meets itself and every name below it. Or an IPv4 address. */
  host: v.pipe(v.string(), v.regex(/^[a-z0-9.-]{4,253}$/, 'a host is lower case')),
  /** Who runs it, in words; the vendor's first entity where left out. */
  operator: v.optional(Text),
  country: v.optional(Country),
  purpose: v.optional(Text),
  /** What it serves, as far as the source or the bytes show; left out where nothing does. */
  serves: v.optional(v.pipe(v.array(v.picklist(hostUses)), v.minLength(1))),
  /**
   * The first day from which it is nobody's: an address seen in the bytes of an old SDK, of which nobody looked up who has
   * it since.
   */
  until: v.optional(Day),
  /** SDKs that go to it where the app names no other server. */
  defaultOf: v.optional(v.pipe(v.array(Id), v.minLength(1))),
  source: Source,
});
export type Host = v.InferOutput<typeof Host>;

/** What code of a vendor is called, whichever of its products it belongs to. */
export const VendorCode = v.pipe(
  v.strictObject({
    /** Dotted packages, with all below them: `io.agora`. Also the beginning of the bundle ids of its frameworks. */
    packages: v.optional(v.array(Text), []),
    /** Names of libraries and frameworks; one `*` stands for any run of characters: `libtwilio*.so`. */
    files: v.optional(v.array(v.pipe(Text, v.regex(/^[^*]*(?:\*[^*]*)?$/, 'a name of a file has one * at most'))), []),
    source: Source,
  }),
  v.check(({ packages, files }) => packages.length + files.length > 0, 'code has packages or files'),
);

export const Vendor = v.strictObject({
  id: Id,
  name: Text,
  /** False for a project that publishes code and receives nothing. */
  recipient: v.optional(v.boolean(), true),
  entities: v.pipe(v.array(Entity), v.minLength(1)),
  hosts: v.optional(v.array(Host), []),
  code: v.optional(v.array(VendorCode), []),
  /**
   * Where else the vendor itself publishes: a host with every name below it, or a path such as `github.com/AgoraIO`. A
   * `document` lies there or on its `hosts`.
   */
  sites: v.optional(
    v.array(
      v.pipe(Text, v.regex(/^[a-z0-9.-]+\.[a-z]+(?:\/[^\s?#]*[^\s?#/])?$/, 'a site is a host, or a host and a path')),
    ),
  ),
  claims: v.optional(v.array(Claim), []),
  disputed: v.optional(v.array(v.strictObject({ what: Text, by: Text, on: Day, source: Source })), []),
});
export type Vendor = v.InferOutput<typeof Vendor>;
