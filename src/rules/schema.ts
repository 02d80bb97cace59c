import * as v from 'valibot';
import {
  advisoryKinds,
  axes,
  categories,
  controlIds,
  coverageReasons,
  entityRoles,
  featureKinds,
  hostUses,
  identifierKinds,
  lawKinds,
  levels,
  platforms,
  services,
  strengths,
  subjects,
  topics,
} from '../types.ts';
import { Country, Data, Day, Digest, Id, Offset, Release, Source, Text } from './basic.ts';
import { ApiCall, Switch } from './switches.ts';

/** The shapes of rule files. `rules/README.md` explains each field with an example. */
export { ApiCall, Source, Switch };

/** One line of an SDK's rule: a kind of feature, one operator, a value. `artifacts` say where it was seen. */
export const Clue = v.pipe(
  v.strictObject({
    id: Id,
    kind: v.picklist(featureKinds),
    /** Exactly this name. */
    is: v.optional(Text),
    /** This name or anything below it: `io.agora.rtc` meets `io.agora.rtc.RtcEngine`, never `io.agora.rtc2`. */
    under: v.optional(Text),
    /** Names that end so on a label border: `webrtc.PeerConnectionFactory` meets `org.webrtc.…` and `tvi.webrtc.…`. */
    tail: v.optional(Text),
    /** Literals with `*` (any run without a label border for names) and at most one `{version}`. */
    like: v.optional(Text),
    /**
     * strong: suffices alone. supporting: counts towards `need`. weak: listed, never counted. shows: says nothing of
     * whether the SDK is there, and is for `shownBy` alone. explains: says nothing of that either; where the SDK is
     * there, a sign of another one at the same place is its own.
     */
    strength: v.picklist(strengths),
    platform: v.optional(v.picklist(platforms)),
    /** The first release that has it: where it is defined aboard, the SDK is that one or later. */
    since: v.optional(Release),
    /** The first release that has it no longer: where it is defined aboard, the SDK is an earlier one. */
    until: v.optional(Release),
  }),
  v.check(
    (c) => [c.is, c.under, c.tail, c.like].filter((x) => x !== undefined).length === 1,
    'a clue has exactly one of is, under, tail, like',
  ),
  v.check(
    (c) => c.kind !== 'string' || (c.is ?? c.like ?? '').length >= 8,
    'a byte clue has at least 8 bytes, with is or like',
  ),
);

const codedShape = {
  /** The whole string, or its beginning with `*` at the end of a literal; `{version}` alone by default. */
  like: v.optional(
    v.pipe(
      Text,
      v.includes('{version}'),
      v.check((like) => !like.endsWith('{version}*'), 'a literal stands between {version} and *'),
    ),
  ),
  parts: v.optional(v.tuple([v.number(), v.number()]), [2, 5]),
  not: v.optional(v.array(Text), []),
};

/**
 * Where a version can be read.
 * - `near`: the string that stands `step` NUL-separated strings after (before, when negative) the string `anchor`.
 * - `like`: a literal with one `{version}`, in native bytes, DEX strings or web text.
 * - `plist`: a key of the Info.plist of the framework with this bundle id (or, `framework`, this name).
 * - `dylib`: the current version in a library's own identification or in the load command that names it.
 * - `field`: a static string field of a class, in a DEX or a Java class file.
 * - `method`: what a method of a class returns whatever it is called with, in a DEX.
 * - `script`: what a page calls a script that it fetches.
 * - `code`: the strings that the code of a class loads, or of one of its methods, in a DEX.
 */
export const VersionAt = v.variant('from', [
  v.strictObject({
    id: Id,
    from: v.literal('near'),
    anchor: v.pipe(v.string(), v.minLength(8)),
    step: v.pipe(v.number(), v.integer(), v.minValue(-8), v.maxValue(8)),
    /** Shape of the version: digits joined by dots, this many parts at least and at most. */
    parts: v.tuple([v.number(), v.number()]),
    /** What stands in the string besides the version, e.g. `v{version}`; `{version}` alone by default. */
    like: v.optional(Text),
  }),
  v.strictObject({
    id: Id,
    from: v.literal('like'),
    like: v.pipe(
      v.string(),
      v.includes('{version}'),
      v.minLength(14, 'a version literal has at least 5 bytes besides {version}'),
    ),
    parts: v.tuple([v.number(), v.number()]),
    /** A day (`2025-12-01`, three parts) in place of numbers with dots: of code that numbers no releases. */
    form: v.optional(v.literal('date')),
  }),
  v.strictObject({
    id: Id,
    from: v.literal('plist'),
    bundleId: v.optional(Text),
    framework: v.optional(Text),
    key: Text,
    /** Parts a version must have: a framework whose plist says 1.0 for every release is told apart so. */
    parts: v.optional(v.tuple([v.number(), v.number()]), [2, 5]),
  }),
  v.strictObject({ id: Id, from: v.literal('dylib'), name: Text }),
  v.strictObject({
    id: Id,
    from: v.literal('field'),
    class: Text,
    field: Text,
    /** Parts a version must have. */
    parts: v.optional(v.tuple([v.number(), v.number()]), [2, 5]),
    /** What some release has in the field though it is another: of those no version is read. */
    not: v.optional(v.array(Text), []),
  }),
  v.strictObject({
    id: Id,
    from: v.literal('script'),
    /** Its name from the beginning to a `/` at least, as in a clue: `npm:twilio-video@{version}`. */
    like: v.pipe(Text, v.includes('{version}')),
    parts: v.optional(v.tuple([v.number(), v.number()]), [3, 4]),
  }),
  v.strictObject({ id: Id, from: v.literal('method'), class: Text, method: Text, ...codedShape }),
  v.strictObject({ id: Id, from: v.literal('code'), class: Text, method: v.optional(Text), ...codedShape }),
]);

/** What a vendor documents or a third party reported. `topic` ties it to the policy rules that cite it. */
export const Claim = v.strictObject({
  id: Id,
  topic: v.picklist(topics),
  basis: v.picklist(['documented', 'reported']),
  says: Text,
  data: v.optional(v.array(Data)),
  /**
   * Of what a vendor documents: data that travels encrypted between the device and the service unless the app says
   * otherwise. A document that names a protocol of the vendor's own, and not that it encrypts, protects nothing.
   */
  protects: v.optional(v.pipe(v.array(Data), v.minLength(1))),
  /** For a report: package name or bundle identifier of the app it was about, and that app's name. */
  about: v.optional(v.strictObject({ ids: v.array(Text), name: Text, version: v.optional(Text) })),
  /** First and last day on which it may be cited. */
  from: Day,
  to: v.optional(Day),
  source: Source,
});

export const ControlRule = v.strictObject({
  id: v.picklist(controlIds),
  name: Text,
  /** API names by which an app switches it, as they stand in bytes. */
  calls: v.array(Text),
  /** State when the app never switches it, as the vendor documents. */
  default: v.picklist(['on', 'off', 'unknown']),
  /** How code switches it, release by release: without one its state is undetermined whatever the code does. */
  switches: v.optional(v.array(Switch), []),
  remedy: Text,
  source: Source,
});

export const Advisory = v.strictObject({
  id: Text,
  kind: v.optional(v.picklist(advisoryKinds), 'vulnerability'),
  /**
   * Releases: `<3.1.0`, `>=2.0 <3.1.0.5`, branches joined by `||`, all of `*`, days (`<2023-12-20`) of code that numbers no
   * releases. Where packages of two platforms differ, one for each; a platform that is left out is not affected.
   */
  affected: v.union([
    Text,
    v.pipe(
      v.strictObject({ android: v.optional(Text), ios: v.optional(Text) }),
      v.check((a) => a.android !== undefined || a.ios !== undefined, 'ranges by platform name android or ios'),
    ),
  ]),
  confidence: v.picklist(['high', 'low']),
  level: v.picklist(levels),
  says: Text,
  remedy: Text,
  published: Day,
  source: Source,
});

/** A kind of data the SDK can take once the app uses it. */
export const Takes = v.strictObject({
  data: Data,
  /** Who gets it: the SDK's vendor, or (self-hosted, plain WebRTC) nobody the bundle names. */
  to: v.picklist(['vendor', 'unknown']),
  basis: v.picklist(['capable', 'documented']),
  /**
   * Clues that show the code which takes it, any of these: several joined are met in one file. Only what is defined
   * aboard counts. Without them nothing aboard shows it, and it is documented at most.
   */
  shownBy: v.optional(v.array(v.pipe(v.array(Id), v.minLength(1), v.maxLength(4))), []),
  /** First release that can, and first that no longer can. A version that was read and lies outside takes nothing. */
  since: v.optional(Release),
  until: v.optional(Release),
  says: Text,
  source: Source,
});

/**
 * Without its native code, how much of the SDK's own code is more than a stub. Less proves neither the SDK nor a flow.
 */
export const Needs = v.strictObject({
  /** Classes that DEX files define under these packages, together. */
  under: v.optional(v.array(Text), []),
  classes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2))),
  /** Names of its native library, any of them. */
  library: v.optional(v.array(Text), []),
  /** The releases that were counted, and what they have. */
  note: v.optional(Text),
  /** Types that images of iOS define and that are called so, together. */
  ios: v.optional(
    v.strictObject({
      called: v.pipe(v.array(Text), v.minLength(1)),
      types: v.pipe(v.number(), v.integer(), v.minValue(2)),
      note: Text,
    }),
  ),
});

/**
 * A published file and what of the rule stands in it. Each once, below the rule: the rule is read and changed by people,
 * this is what proves it.
 */
export const Artifact = v.strictObject({
  /** As in a source. */
  artifact: Text,
  sha256: Digest,
  seen: Day,
  /** Id of a clue or version rule → where it stands; without `at` where the name of the file shows it. */
  holds: v.record(v.string(), v.strictObject({ at: v.optional(Offset), note: v.optional(Text) })),
});

export const Sdk = v.strictObject({
  id: Id,
  name: Text,
  vendor: Id,
  family: v.optional(Id),
  /** One that ships, or the id of a file in `categories/`. */
  category: v.union([v.picklist(categories), Id]),
  service: v.picklist(services),
  clues: v.pipe(v.array(Clue), v.minLength(1)),
  /** How many supporting clues make a detection when no strong one was met. */
  need: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2)), 2),
  versions: v.optional(v.array(VersionAt), []),
  /** Maven coordinates that it is published under, `group:artifact`: what a build names so is this SDK, in that version. */
  maven: v.optional(v.array(v.pipe(Text, v.regex(/^[\w.-]+:[\w.-]+$/, 'coordinates are group:artifact'))), []),
  /** SDKs that stand inside this one: detected on their own evidence, and then its component. */
  contains: v.optional(v.array(Id), []),
  takes: v.optional(v.array(Takes), []),
  needs: v.optional(Needs),
  /** Names of URL parameters in this SDK's templates, and the data they carry. */
  parameters: v.optional(v.array(v.strictObject({ name: Text, data: Data, source: Source })), []),
  controls: v.optional(v.array(ControlRule), []),
  /** Calls that start it, or hand it what says who gets data and whose they are. */
  api: v.optional(v.array(ApiCall), []),
  claims: v.optional(v.array(Claim), []),
  advisories: v.optional(v.array(Advisory), []),
  artifacts: v.pipe(v.array(Artifact), v.minLength(1, 'a rule says where its clues were seen')),
});

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

export const Law = v.strictObject({
  id: Id,
  title: Text,
  citation: Text,
  kind: v.picklist(lawKinds),
  says: Text,
  /** Roles of an entity in this country that it reaches. */
  reaches: v.array(Entity.entries.role),
  from: Day,
  to: v.optional(Day),
  /** The day by which it is to be read again. */
  review: v.optional(Day),
  /** It changes, or is before a court or legislature: what is said may not hold tomorrow. */
  volatile: v.optional(v.boolean()),
  source: Source,
});

/** A named list that a law keeps: of countries, or of companies (by vendor id, and by name for people). */
export const NamedList = v.strictObject({
  id: Id,
  title: Text,
  citation: Text,
  says: Text,
  countries: v.optional(v.array(Country)),
  vendors: v.optional(v.array(v.strictObject({ vendor: Id, as: Text }))),
  /** The day on which the list was read: it says nothing of a later one. */
  asOf: Day,
  from: Day,
  to: v.optional(Day),
  review: v.optional(Day),
  volatile: v.optional(v.boolean()),
  /** The day from which a list that was not read stands in its place: whether a company named here is on that is not known. */
  replaced: v.optional(Day),
  source: Source,
});

export const Jurisdiction = v.strictObject({
  id: Id,
  /** `EU` for the European Union, which is no country. */
  country: Country,
  name: Text,
  /** Countries whose companies its laws reach too: the Member States of the European Union. */
  members: v.optional(v.array(Country)),
  laws: v.array(Law),
  lists: v.optional(v.array(NamedList), []),
});

/** A condition on one field, or several joined. A field that is not known makes it unknown, never false. */
export const Condition = v.pipe(
  v.strictObject({
    field: Text,
    in: v.optional(v.array(Text)),
    notIn: v.optional(v.array(Text)),
    /** At least this far along the field's own scale (control states: off < weak < on; bases; levels). */
    atLeast: v.optional(Text),
    /** Below this point of the field's own scale. */
    below: v.optional(Text),
    before: v.optional(Day),
    /** Ids of lists, for `recipient.list`: some country of the recipient stands on none of them. */
    outside: v.optional(v.array(Id)),
    /** The rule that asks this where it is not known: this one then says nothing, so that one question is asked once. */
    askedBy: v.optional(Id),
  }),
  v.check(
    (c) => [c.in, c.notIn, c.atLeast, c.below, c.before, c.outside].filter((x) => x !== undefined).length === 1,
    'a condition has exactly one operator',
  ),
);

/** Entries of public lists that mean what a rule asks, as the source says. */
export const Taxa = v.strictObject({
  /** `CWE-319`, `MASVS-NETWORK-1`, `MASWE-0026` (numbered as in its release 1.0.0). */
  ids: v.pipe(
    v.array(
      v.pipe(
        v.string(),
        v.regex(/^(?:CWE-[1-9]\d{0,4}|MASVS-[A-Z]+-\d{1,2}|MASWE-\d{4})$/, 'an entry is CWE-…, MASVS-… or MASWE-…'),
      ),
    ),
    v.minLength(1),
  ),
  source: Source,
});

/** What to do about a finding. */
export const Remedy = v.strictObject(
  {
    /** What the maker of the app can do, as a sentence. */
    maker: Text,
    /** What a reviewer can write to the maker, word for word; left out where there is nothing to ask. */
    reviewer: v.optional(Text),
  },
  'a remedy is { "maker": what the maker can do, "reviewer": what a reviewer can write to the maker }',
);

export const PolicyRule = v.strictObject({
  id: Id,
  axis: v.picklist(axes),
  over: v.picklist(subjects),
  /** One finding per recipient and data, or one per recipient. */
  per: v.optional(v.picklist(['data', 'recipient']), 'data'),
  /** Holds for a recipient only where each of these kinds has a flow that meets `when`; one finding per recipient. */
  together: v.optional(v.pipe(v.array(Data), v.minLength(2))),
  when: v.array(Condition),
  level: v.picklist(levels),
  /** Level while it cannot be decided. */
  undetermined: v.picklist(levels),
  /** Share of the risk in [0, 1] when it holds. */
  weight: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  /** Claims of these topics are cited as grounds. */
  cites: v.optional(v.array(Claim.entries.topic), []),
  /** Whether laws of the recipient's countries are cited. */
  laws: v.optional(v.boolean(), false),
  title: Text,
  /** The title while it is not decided: a question, without what is said of why it is open. */
  question: v.pipe(Text, v.endsWith('?', 'a question ends in ?')),
  /** With {recipient}, {sdk}, {data}, {host}, {countries}, {link} filled in. */
  reason: Text,
  /** The reason while it is not decided, where the other one says what is not known then. */
  openReason: v.optional(Text),
  settle: Text,
  remedy: Remedy,
  taxa: v.optional(Taxa),
});

export const Policy = v.strictObject({
  id: Id,
  name: Text,
  says: Text,
  rules: v.array(PolicyRule),
  /** Levels from which the verdict is reject and review. */
  reject: v.picklist(levels),
  review: v.picklist(levels),
  /** Reasons of incompleteness that do not make the verdict inconclusive. */
  accepts: v.optional(v.array(v.picklist(coverageReasons)), []),
});

/**
 * What a platform or language brings along, and no third party of the app's: told by the names of its files and packages.
 * A name can be taken by anybody, so that a runtime explains nothing that is found in it.
 */
export const Runtime = v.pipe(
  v.strictObject({
    id: Id,
    name: Text,
    /** Who makes it, in words. */
    by: Text,
    platform: v.optional(v.picklist(platforms)),
    /**
     * Names of libraries and frameworks: `libflutter.so`, `Flutter.framework`; one `*` stands for any run of characters. With
     * a `/`, in the folder before it alone: `WatchKitSupport2/WK`.
     */
    files: v.optional(v.array(v.pipe(Text, v.regex(/^[^*]*(?:\*[^*]*)?$/, 'a name of a file has one * at most'))), []),
    /**
     * Only where one of these native files stands in the same folder, for names that say nothing alone: `libmain.so` beside
     * `libunity.so`. `*` is what it stands for in `files`: the executable `App` beside `App.debug.dylib`.
     */
    beside: v.optional(v.array(Text), []),
    /** Dotted packages of classes, with all below them. */
    packages: v.optional(v.array(Text), []),
    /** Dotted packages without what is below them, where others put packages of their own. */
    barePackages: v.optional(v.array(Text), []),
    /** Swift modules, or prefixes of Objective-C classes in capitals. */
    modules: v.optional(v.array(Text), []),
    /** Whether what runs in it reaches the platform's classes by name: who uses what, no reference then says. */
    reaches: v.optional(v.literal(true)),
    source: Source,
  }),
  v.check(
    (r) => r.files.length + r.packages.length + r.barePackages.length + r.modules.length > 0,
    'a runtime has files, packages, barePackages or modules',
  ),
  v.check((r) => r.beside.length === 0 || r.files.length > 0, 'beside is asked of files'),
);

/** Runtimes of one kind, in one file. */
export const Runtimes = v.strictObject({ id: Id, name: Text, runtimes: v.array(Runtime) });

/** What SDKs are for, besides the categories that ship. */
export const Category = v.strictObject({
  id: Id,
  /** What people call it: `Analytics`. */
  name: Text,
  /** A sentence: what SDKs of it are for. */
  says: v.pipe(Text, v.endsWith('.', 'a sentence ends in a full stop')),
  /** In findings, what data is needed for: `measuring how the app is used`. */
  purpose: Text,
  /** In findings, what people are together in there: `session`. */
  room: Text,
});

/** Members of classes: `android.media.AudioRecord.<init>`, `android.provider.CallLog$Calls.CONTENT_URI`. */
const Member = v.pipe(Text, v.regex(/^[^.\s]+(?:\.[^.\s]+)+$/, 'a member is a class, a dot and its name'));

/** Something of a platform's that needs a permission or a purpose string, by what the code refers to that uses it. */
export const Guarded = v.pipe(
  v.strictObject({
    id: Id,
    /** What it is, as in "only its code refers to what needs …": `the microphone`. */
    name: Text,
    /** Permissions (Android) or purpose strings (iOS), any of which it needs, or needs for some of what it does. */
    permissions: v.pipe(v.array(Text), v.minLength(1)),
    /** Methods, also constructors (`<init>`), and static fields. */
    members: v.optional(v.array(Member), []),
    /** Strings that code loads, `*` at the end for any that begins so: the address of a content provider, an action. */
    strings: v.optional(v.array(v.pipe(Text, v.regex(/^[^*]+\*?$/, 'a string has one * at most, at its end'))), []),
    /** Classes that a Mach-O asks the system for. */
    classes: v.optional(v.array(Text), []),
    /** Functions and data that native code asks the system for, as C has them. */
    symbols: v.optional(v.array(Text), []),
    /** How code gets there that refers to none of these: nobody is then said to be the only one. */
    besides: v.optional(Text),
    sources: v.pipe(v.array(Source), v.minLength(1)),
  }),
  v.check(
    (g) => g.members.length + g.strings.length + g.classes.length + g.symbols.length > 0,
    'it has members, strings, classes or symbols',
  ),
);

/** Something of a platform's, or of its maker's libraries, that tells people or devices apart. */
export const Identifying = v.strictObject({
  id: Id,
  /** As in "the user ID is …": `the phone number`. */
  name: Text,
  kind: v.picklist(identifierKinds),
  /** Methods that give it. */
  members: v.pipe(v.array(Member), v.minLength(1)),
  /** Where a method gives many things: only where it is asked for one of these texts. */
  asked: v.optional(v.pipe(v.array(Text), v.minLength(1))),
  source: Source,
});

/** What of one platform needs permissions, and what of it tells people or devices apart. */
export const Permissions = v.strictObject({
  id: Id,
  name: Text,
  platform: v.picklist(platforms),
  guarded: v.array(Guarded),
  identifying: v.optional(v.array(Identifying), []),
});

/**
 * SDKs that somebody publishes a list of, and what the list asks of them. They are told by what builds call them, which
 * anybody can take: such a name decides nothing.
 */
export const Listed = v.strictObject({
  id: Id,
  name: Text,
  /** Who publishes it, in words. */
  by: Text,
  platform: v.picklist(platforms),
  /** What it asks, as a sentence. */
  says: Text,
  /** The first day on which it stood. */
  from: Day,
  sources: v.pipe(v.array(Source), v.minLength(1)),
  sdks: v.pipe(
    v.array(
      v.strictObject({
        /** As the list has it, which is also what a framework, a Swift module or a pod of it is called. */
        name: Text,
        /** What else one of these is called; a pod with its own characters: `lottie-ios`. */
        as: v.optional(v.array(Text), []),
      }),
    ),
    v.minLength(1),
  ),
});

export type Listed = v.InferOutput<typeof Listed>;
export type Category = v.InferOutput<typeof Category>;
export type Guarded = v.InferOutput<typeof Guarded>;
export type Identifying = v.InferOutput<typeof Identifying>;
export type Permissions = v.InferOutput<typeof Permissions>;
export type Sdk = v.InferOutput<typeof Sdk>;
export type Clue = v.InferOutput<typeof Clue>;
export type Takes = v.InferOutput<typeof Takes>;
export type Needs = v.InferOutput<typeof Needs>;
export type VersionAt = v.InferOutput<typeof VersionAt>;
export type Vendor = v.InferOutput<typeof Vendor>;
export type Jurisdiction = v.InferOutput<typeof Jurisdiction>;
export type Policy = v.InferOutput<typeof Policy>;
export type PolicyRule = v.InferOutput<typeof PolicyRule>;
export type Condition = v.InferOutput<typeof Condition>;
export type ClaimRule = v.InferOutput<typeof Claim>;
export type Advisory = v.InferOutput<typeof Advisory>;
export type Host = v.InferOutput<typeof Host>;
export type Runtime = v.InferOutput<typeof Runtime>;
export type Runtimes = v.InferOutput<typeof Runtimes>;
export type NamedList = v.InferOutput<typeof NamedList>;

/** All rule files of a scan, by id. */
export interface Rules {
  readonly sdks: ReadonlyMap<string, Sdk>;
  readonly vendors: ReadonlyMap<string, Vendor>;
  readonly jurisdictions: ReadonlyMap<string, Jurisdiction>;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly runtimes: ReadonlyMap<string, Runtimes>;
  readonly permissions: ReadonlyMap<string, Permissions>;
  readonly listed: ReadonlyMap<string, Listed>;
  /** Those of packs: the ones that ship are words of Waybill's own. */
  readonly categories: ReadonlyMap<string, Category>;
  /** sha256 over every rule, independent of file order and white space. */
  readonly digest: string;
}
