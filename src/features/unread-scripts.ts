/** Names that engines for scripts, and frameworks around them, load code and pages by. A `.bundle` alone is also Unity's. */
const scripts = /\.(?:[cm]?js|jsx|jsbundle|hbc|jsc|html?|luac?|gd[ce]?|pyc?|rpyc?|rpa)$|\.(?:android|ios)\.bundle$/;

/** Code whose names are masked or packed, by how it begins. */
const compiled: readonly (readonly [string, string])[] = [
  // modules/gdscript/gdscript_tokenizer_buffer.cpp of godotengine/godot: names are masked, and packed since 4.3.
  ['GDSC', 'compiled GDScript of Godot, whose names are masked'],
  // core/io/file_access_pack.h: scripts in it are compiled, and may be encrypted.
  ['GDPC', 'an archive of Godot, whose scripts are not parted'],
  // renpy/script.py of renpy/renpy: pickled and packed.
  ['RENPY RPC', "a compiled script of Ren'Py, which is packed"],
  ['RPA-3.', "an archive of Ren'Py, whose scripts are packed"],
];

/** How compiled Lua and LuaJIT begin: texts stand in it as they are, and it is searched like any data. */
const LUA = ['\x1bLua', '\x1bLJ'];

/** What Defold packs its Lua code into, by name: it begins in no way of its own. */
const packs = /(?:^|[/!])game\.(?:arcd|darc)$/;

/**
 * Heaps of V8 in which an app's code was run beforehand: snapshot/android/snapshot-generator.js of
 * npm:nativescript-dev-webpack@1.5.1.
 */
const snapshots = /(?:^|[/!])(?:TNS)?snapshot\.blob$/;

/**
 * Code of a Flutter app that is being debugged, and how it begins
 * (https://github.com/dart-lang/sdk/blob/main/pkg/kernel/binary.md, seen 2026-11-27).
 */
const kernels = /flutter_assets\/kernel_blob\.bin$/;
const KERNEL = 0x90abcdef;
/** Heaps of older releases, and kMagicValue of runtime/vm/snapshot.h of dart-lang/sdk. */
const heaps = /flutter_assets\/(?:vm|isolate)_snapshot_data$/;
const HEAP = 0xf5f5dcdc;

/** What base64 and hexadecimal digits are written in: no script has no other character, and no page. */
const encoded = /^[A-Za-z0-9+/=\r\n]+$/;
const LEAST_ENCODED = 64;

/** Bytes that are looked at, and the share of them that text may have of control characters, such as page breaks: noise has twice as many. */
const LOOKED_AT = 512;
const OF_TEXT = 1 / 16;

const latin1 = new TextDecoder('latin1');

/**
 * What stands where a script or a page is loaded and is neither text nor bytecode that is read: encrypted, or compiled in another way.
 * @param head first bytes of content of no known kind, or of text
 * @returns in words; null for anything else
 */
export function unreadScript(path: string, head: Uint8Array, format: 'data' | 'text'): string | null {
  const name = path.slice(-64);
  if (kernels.test(name)) return startOf(head) === KERNEL ? null : 'no kernel of Dart';
  if (heaps.test(name)) return startOf(head) === HEAP ? null : 'no snapshot of Dart';
  const start = latin1.decode(head.subarray(0, 9));
  const known = compiled.find(([magic]) => start.startsWith(magic));
  if (known) return known[1];
  if (packs.test(name)) return 'an archive of Defold, whose code is packed';
  if (format === 'text') return scripts.test(name) && isEncoded(head) ? 'written in base64 or the like' : null;
  if (snapshots.test(name)) return 'a snapshot of a heap of V8';
  if (!scripts.test(name) || head.length === 0 || isTextAfterAll(head)) return null;
  if (LUA.some((magic) => start.startsWith(magic))) return null;
  // Compiled Python has a number of its release and an end of a line, and its texts as they are (importlib/_bootstrap_external.py of CPython).
  if (name.endsWith('.pyc') && head[2] === 0x0d && head[3] === 0x0a) return null;
  // kMagicNumber of V8's src/snapshot/code-serializer.h: 0xC0DE and a number that hangs on the release.
  if (head[2] === 0xde && head[3] === 0xc0) return 'a code cache of V8';
  return 'encrypted, or compiled in a form that is not known';
}

const startOf = (head: Uint8Array) =>
  (head[0]! * 256 + (head[1] ?? 0)) * 65_536 + (head[2] ?? 0) * 256 + (head[3] ?? 0);

/** By its first characters: an app decodes it, and may decrypt it, before it is run. */
function isEncoded(head: Uint8Array): boolean {
  return head.length >= LEAST_ENCODED && encoded.test(latin1.decode(head.subarray(0, LOOKED_AT)));
}

/** UTF-16 by its mark, or text with a few characters that text seldom has. */
function isTextAfterAll(head: Uint8Array): boolean {
  const mark = (head[0]! << 8) | (head[1] ?? 0);
  if (mark === 0xfffe || mark === 0xfeff) return true;
  const length = Math.min(head.length, LOOKED_AT);
  let others = 0;
  for (let i = 0; i < length; i++) {
    const byte = head[i]!;
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) others++;
  }
  return others <= length * OF_TEXT;
}
