import { Script } from 'node:vm';
import { brotliCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { buildBinaryXml } from '../build/axml.ts';
import { mulberry32 } from '../build/random.ts';
import { scan } from '../build/verified.ts';
import { buildZip } from '../build/zip.ts';

const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example.app' } });
const utf8 = new TextEncoder();
const source = 'fetch("https://ap-web-1.agora.io/x")';

async function told(name: string, data: Uint8Array | string) {
  const report = await scan(
    buildZip([
      { name: 'AndroidManifest.xml', data: manifest },
      { name, data },
    ]),
  );
  const own = report.coverage.filter(({ path, reason }) => path === name && reason === 'unsupported');
  return {
    gaps: own.map(({ detail }) => detail.replace(': only its strings were searched', '')),
    hosts: report.endpoints.map(({ host }) => host),
    names: report.libraries.map(({ name }) => name),
    complete: own.length === 0 || report.complete,
  };
}

const random = mulberry32(7);
const noise = Uint8Array.from({ length: 4096 }, () => Math.floor(random() * 256));
const inLetters = (encoding: 'base64' | 'hex') => utf8.encode(Buffer.from(noise).toString(encoding));
const begins = (magic: string) => Uint8Array.from([...utf8.encode(magic), ...noise]);
const cache = new Script(source).createCachedData();

it.each<[string, string, Uint8Array, string]>([
  ['Titanium', 'assets/Resources/app.js', noise, 'encrypted, or compiled in a form that is not known'],
  ['Cocos', 'assets/src/project.jsc', noise, 'encrypted, or compiled in a form that is not known'],
  ['React Native', 'assets/index.android.bundle', noise, 'encrypted, or compiled in a form that is not known'],
  ['bytenode', 'assets/main.jsc', cache, 'a code cache of V8'],
  ['NativeScript', 'assets/snapshots/arm64-v8a/snapshot.blob', noise, 'a snapshot of a heap of V8'],
  ['Cordova', 'assets/www/index.html', noise, 'encrypted, or compiled in a form that is not known'],
  ['a plugin that encrypts', 'assets/www/index.html', inLetters('base64'), 'written in base64 or the like'],
  ['Flutter', 'assets/flutter_assets/kernel_blob.bin', noise, 'no kernel of Dart'],
  ['Flutter again', 'assets/flutter_assets/kernel_blob.bin', utf8.encode('text'), 'no kernel of Dart'],
  ['Flutter of old', 'assets/flutter_assets/isolate_snapshot_data', noise, 'no snapshot of Dart'],
  ['Godot, masked', 'assets/main.gdc', noise, 'encrypted, or compiled in a form that is not known'],
  ['Python', 'assets/main.pyc', noise, 'encrypted, or compiled in a form that is not known'],
  ["Ren'Py, masked", 'assets/x.rpa', noise, 'encrypted, or compiled in a form that is not known'],
  ['another one', 'assets/www/app.js', inLetters('hex'), 'written in base64 or the like'],
  ['Cocos in Lua', 'assets/src/main.luac', noise, 'encrypted, or compiled in a form that is not known'],
  ['Godot', 'assets/main.gdc', begins('GDSC'), 'compiled GDScript of Godot, whose names are masked'],
  ['Godot in one file', 'assets/x', begins('GDPC'), 'an archive of Godot, whose scripts are not parted'],
  ["Ren'Py", 'assets/x.rpyc', begins('RENPY RPC2'), "a compiled script of Ren'Py, which is packed"],
  ["Ren'Py in one file", 'assets/x.rpa', begins('RPA-3.0 '), "an archive of Ren'Py, whose scripts are packed"],
  ['Defold', 'assets/game.arcd', noise, 'an archive of Defold, whose code is packed'],
])('%s: a script that nobody can read leaves the answer incomplete', async (_, name, data, what) => {
  const { gaps, complete } = await told(name, data);
  expect(gaps).toEqual([`a script or page is loaded by this name, and it is ${what}`]);
  expect(complete).toBe(false);
});

it.each<[string, string, Uint8Array | string]>([
  ['text with a page break', 'assets/app.js', `${source}\f`],
  ['text in UTF-16', 'assets/app.js', Buffer.from(`\ufeff${source}`, 'utf16le')],
  ['a text that says little', 'assets/app.js', `ok\n${' '.repeat(80)}${source}`],
  [
    'compiled Lua',
    'assets/main.lua',
    Uint8Array.from([...utf8.encode('\x1bLuaQ'), ...noise, 0, ...utf8.encode(source)]),
  ],
  ['text packed with brotli', 'assets/app.js', brotliCompressSync(utf8.encode(source.repeat(50)))],
])('%s is read', async (_, name, data) => {
  expect(await told(name, data)).toMatchObject({ gaps: [], hosts: ['ap-web-1.agora.io'], complete: true });
});

it('a heap of Dart and compiled Python are code', async () => {
  const heap = Uint8Array.from([0xf5, 0xf5, 0xdc, 0xdc, ...noise]);
  expect((await told('assets/flutter_assets/vm_snapshot_data', heap)).gaps).toEqual([]);
  const python = Uint8Array.from([0xa7, 0x0d, 0x0d, 0x0a, ...noise]);
  expect((await told('assets/main.pyc', python)).gaps).toEqual([]);
});

it('a kernel of Dart is code', async () => {
  const kernel = Uint8Array.from([0x90, 0xab, 0xcd, 0xef, ...noise]);
  expect((await told('assets/flutter_assets/kernel_blob.bin', kernel)).gaps).toEqual([]);
});

it.each([
  ['Unity', 'assets/levels.bundle'],
  ['a name that says nothing', 'assets/data.bin'],
])('%s: no script', async (_, name) => expect((await told(name, noise)).gaps).toEqual([]));

it('modules of React Native behind a table of numbers are read as a script', async () => {
  const modules = [source, 'require("x"); "node_modules/pusher-js/x.js"'];
  const codes = modules.map((code) => utf8.encode(`${code}\0`));
  const table = new Uint32Array([0xfb0bd1e5, 1, codes[0]!.length, codes[0]!.length, codes[1]!.length]);
  const bundle = Buffer.concat([new Uint8Array(table.buffer), ...codes]);
  const { gaps, hosts, names } = await told('assets/index.android.bundle', bundle);
  expect([gaps, hosts, names]).toEqual([[], ['ap-web-1.agora.io'], ['pusher-js']]);
});
