import type { EntryFeatures } from '../inventory/facts.ts';
import type { ContentFormat, CoverageReason } from '../types.ts';
import { isDartCode } from './dart-names.ts';

export type Met = Pick<EntryFeatures, 'path' | 'format' | 'native' | 'packages'>;

/** What runs code of a language that no device runs by itself: what tells that it is aboard, and where that code is met. */
export interface Engine {
  /** Libraries or frameworks that it is. */
  readonly names: readonly string[];
  /** Packages of its classes, or what classes of iOS are called after, and how many are it. */
  readonly classes?: Readonly<Record<string, number>>;
  /** By the ending of a file's name: whether there is code in it. What is none in its place is said there (`unread-scripts.ts`). */
  readonly code: Readonly<Record<string, (entry: Met) => boolean>>;
  /** Content that is such code wherever it stands. */
  readonly formats?: readonly ContentFormat[];
  /** Whether an app brings what it runs: a library that holds it need not. */
  readonly runs: boolean;
  readonly reason: CoverageReason & ('missing' | 'unsupported');
  readonly detail: string;
}

const at =
  (pattern: RegExp) =>
  ({ path }: Met) =>
    pattern.test(path);
const any = () => true;
const isText = ({ format }: Met) => format === 'text';

function runs(code: string, places: string) {
  const detail = `${code} that it runs is in no entry that was met (${places}): an SDK in that code could be there`;
  return { runs: true, reason: 'missing', detail } as const;
}

const managed = at(/assemblies\/|\/Managed\//);
const il2cpp = at(/\/Managed\/Metadata\/global-metadata\.dat$/);
const isPage = at(/(?:^|[/!])(?:www|public)\//);
/** Python's own modules are in every app of it. */
const isPython = ({ path }: Met) => !/stdlib|bootstrap|site-packages|lib\/python/.test(path);

/** The app's own, packed with gzip: what else is called so is not told. */
const isPacked = ({ path, format }: Met) => format !== 'data' && /(?:^|\/)private\.(?:tar|mp3)$/.test(path);

/** Releases that builds for Android were made of, and those to come. */
const pythons = ['2.7', '3.5m', '3.6m', '3.7m', ...Array.from({ length: 13 }, (_, i) => `3.${i + 8}`)];

/** Names as the engines' own packages have them, seen 2026-11-27 where no rule of `rules/runtimes/` holds them already. */
export const engines: readonly Engine[] = [
  {
    // What compiled C# code of Unity lies in, on Android and on iOS.
    names: ['libil2cpp.so', 'UnityFramework.framework'],
    code: { dat: il2cpp },
    formats: ['il2cpp'],
    runs: false,
    reason: 'missing',
    detail:
      'names and texts of the C# code compiled into it are in no entry that was met (global-metadata.dat): an SDK in that code could be there',
  },
  {
    names: ['libunity.so'],
    code: { dat: il2cpp, dll: managed },
    formats: ['pe', 'il2cpp'],
    ...runs('the C# code', 'global-metadata.dat, Managed'),
  },
  {
    names: ['libflutter.so', 'Flutter.framework'],
    // Without an ending: as iOS has it, and older releases.
    code: {
      so: ({ path }) => isDartCode(path),
      bin: ({ path }) => isDartCode(path),
      '': ({ path }) => isDartCode(path) || /flutter_assets\/(?:vm|isolate)_snapshot_(?:data|instr)$/.test(path),
    },
    ...runs('the Dart code', 'libapp.so, App.framework, kernel_blob.bin'),
  },
  {
    // Mono and CoreCLR of .NET for Android, and Mono of Unity where C# is not compiled beforehand.
    names: ['libmonodroid.so', 'libmonosgen-2.0.so', 'libmonobdwgc-2.0.so', 'libmono.so', 'libcoreclr.so'],
    code: { blob: managed, dll: managed },
    formats: ['pe', 'assembly-store'],
    runs: true,
    reason: 'missing',
    detail: 'the .NET assemblies that it runs are in no entry that was met: an SDK in that code could be there',
  },
  {
    // libjsc.so: WebKit's engine, which React Native alone takes along.
    names: [
      ...['libreactnative.so', 'libreactnativejni.so', 'libhermes.so', 'libhermesvm.so', 'libjsc.so'],
      ...['React.framework', 'hermes.framework', 'hermesvm.framework'],
    ],
    // In static libraries, classes in the app's own executable are all that is seen of it.
    classes: { 'com.facebook.react.bridge': 1, RCT: 40 },
    code: {
      // A `.bundle` alone is also Unity's.
      bundle: (entry) => isText(entry) || /\.(?:android|ios)\.bundle$/.test(entry.path),
      ...{ jsbundle: any, hbc: any },
      // Some builds call it `app.js`.
      js: at(/(?:^|[/!])assets\/[^/]+\.js$/),
    },
    formats: ['hermes'],
    ...runs('the JavaScript of React Native', 'index.android.bundle, main.jsbundle'),
  },
  {
    names: ['libNativeScript.so', 'NativeScript.framework'],
    code: { js: at(/(?:^|\/)app\//), mjs: at(/(?:^|\/)app\//), blob: at(/snapshot\.blob$/) },
    ...runs('the JavaScript of NativeScript', 'app/'),
  },
  {
    names: ['libkroll-v8.so', 'TitaniumKit.framework'],
    code: { js: at(/(?:^|[/!])app\.js$/) },
    ...runs('the JavaScript of Titanium', 'app.js; it may be encrypted in the code of the app'),
  },
  {
    names: ['Cordova.framework', 'Capacitor.framework'],
    classes: { 'org.apache.cordova.engine': 1, 'com.getcapacitor.util': 1, CDV: 10 },
    code: { html: isPage, htm: isPage },
    ...runs('the pages of Cordova or Capacitor', 'www/, public/'),
  },
  {
    names: ['libnode.so', 'NodeMobile.framework'],
    code: { js: any, mjs: any, cjs: any },
    ...runs('the JavaScript of Node.js', 'nodejs-project/'),
  },
  {
    names: ['libcocos2djs.so', 'libcocos2dlua.so'],
    code: { js: any, jsc: any, lua: any, luac: any },
    ...runs('the scripts of Cocos2d-x', '.js, .jsc, .lua, .luac'),
  },
  {
    // Its library has a name that others may have.
    names: [],
    classes: { 'com.ansca.corona': 1 },
    code: { car: at(/(?:^|[/!])resource\.car$/), lua: any },
    ...runs('the Lua code of Solar2D', 'resource.car'),
  },
  {
    // As that of LÖVE.
    names: [],
    classes: { 'org.love2d.android': 1 },
    code: { lua: at(/(?:^|[/!])main\.lua$/) },
    ...runs('the Lua code of LÖVE', 'main.lua'),
  },
  {
    // The library bears the name of the app.
    names: [],
    classes: { 'com.dynamo.android': 1 },
    code: { arcd: any, darc: any },
    ...runs('the Lua code of Defold', 'game.arcd'),
  },
  {
    names: ['libgodot_android.so'],
    // Of an archive (.pck), that it is not parted is said where it begins as one.
    code: { gd: any, gdc: any },
    formats: ['pe'],
    ...runs('the code of Godot', '.gd, .gdc, or parts of a .pck'),
  },
  {
    names: [...pythons.map((version) => `libpython${version}.so`), 'Python.framework'],
    classes: { 'com.chaquo.python': 1 },
    code: {
      ...{ py: isPython, pyc: isPython, tar: isPacked, mp3: isPacked },
      so: at(/\/libpybundle\.so$/),
    },
    ...runs('the Python code', '.py, .pyc, private.tar, libpybundle.so'),
  },
  {
    names: ['librenpython.so'],
    code: { rpy: any, rpyc: any, rpa: any },
    ...runs("the scripts of Ren'Py", '.rpy, .rpyc, .rpa'),
  },
  {
    // C++ is in the library itself, and read with it.
    names: ['libUnreal.so', 'libUE4.so'],
    code: {},
    runs: true,
    reason: 'unsupported',
    detail:
      'Blueprints that it runs stand in packed content (.pak, .ucas) that is not read: what they call, and which hosts they name, could be there',
  },
];
