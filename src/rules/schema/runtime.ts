import * as v from 'valibot';
import { platforms } from '../../types.ts';
import { Id, Source, Text } from '../basic.ts';

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
export type Runtime = v.InferOutput<typeof Runtime>;

/** Runtimes of one kind, in one file. */
export const Runtimes = v.strictObject({ id: Id, name: Text, runtimes: v.array(Runtime) });
export type Runtimes = v.InferOutput<typeof Runtimes>;
