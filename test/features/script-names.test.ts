import { describe, expect, it } from 'vitest';
import { isScript, ScriptNames } from '../../src/features/script-names.ts';
import { buildBundle } from '../build/bundle.ts';
import { scan } from '../build/verified.ts';

const encoder = new TextEncoder();
const inBase64 = (text: string) => Buffer.from(text).toString('base64');

function namesIn(text: string, step = 1 << 20): (readonly [string, string | null])[] {
  const names = new ScriptNames();
  const bytes = encoder.encode(text);
  for (let at = 0; at < bytes.length; at += step) names.push(bytes.subarray(at, at + step));
  return names.end().map(({ name, version }) => [name, version] as const);
}

describe('a bundled script names', () => {
  it.each<[string, string, string | null]>([
    ['"./node_modules/socket.io-client/build/esm/index.js":function', 'socket.io-client', null],
    ['/***/ "../node_modules/@twilio/voice-sdk/es5/twilio.js":', '@twilio/voice-sdk', null],
    ['at node_modules/.pnpm/pusher-js@8.4.0/node_modules/', 'pusher-js', '8.4.0'],
    ['node_modules/.pnpm/@scope+name@1.2.3-beta.1_x/', '@scope/name', '1.2.3-beta.1'],
    ['/*! jQuery v1.11.1 | (c) 2005, 2014 jQuery Foundation, Inc. */', 'jQuery', '1.11.1'],
    ['/*!\n * Socket.IO v4.7.2\n * (c) 2014-2023 Guillermo Rauch\n */', 'Socket.IO', '4.7.2'],
    ['/** @license React v16.8.3\n * react.production.min.js\n', 'React', '16.8.3'],
    ['/**\n * @license\n * x */ /*! adapter-js@0.15.0 */', 'adapter-js', '0.15.0'],
    ['/*! safe-buffer. MIT License. Feross Aboukhadijeh */', 'safe-buffer', null],
    ['/**\n* vue v3.4.21\n* (c) 2018-present */', 'vue', '3.4.21'],
    ['e.exports={name:"react-native-agora",version:"4.6.4",description:"x"}', 'react-native-agora', '4.6.4'],
    ['JSON.parse(\'{"name":"@a/b","version":"1.0.0-beta.1","main":"x.js"}\')', '@a/b', '1.0.0-beta.1'],
    ['{"name": "c", "version": "1.2.3", "license": "MIT"}', 'c', '1.2.3'],
    [
      `//# sourceMappingURL=data:application/json;charset=utf-8;base64,${inBase64('{"sources":["../node_modules/pusher-js/x.js"]}')}\n`,
      'pusher-js',
      null,
    ],
  ])('%s', (text, name, version) => expect(namesIn(text)).toEqual([[name, version]]));

  it.each([
    ['a path with nothing behind it', '"node_modules/" + name'],
    ['a tool of the build', 'node_modules/.bin/x'],
    ['a sentence', '/** Indicates protocol version 1.0\n */ /** Since 1.2.3 the call returns null. */'],
    ['a notice without a name', '/*! For license information please see main.js.LICENSE.txt */'],
    ['a number', '/*! 1.2.3 */'],
    ['an object that is no package', '{name:"own",version:"1.2.3",next:1} {name:"own",version:"1.2.3"}'],
    ['a package without a version', '{name:"own",version:"next",main:"x"} {name:"a b",version:"1.2.3",main:"x"}'],
    ['a version of something else', '{name:"own",other:1,version:"1.2.3",main:"x"} version:"1.2.3",main:'],
    ['a map of sources elsewhere', `//# sourceMappingURL=x.map ${inBase64('node_modules/pusher-js/x')}`],
    ['an address', '/*! https://mths.be/punycode v1.4.1 by @mathias */'],
  ])('nothing by %s', (_, text) => expect(namesIn(text)).toEqual([]));

  it('the same, wherever the pieces that it comes in end', () => {
    const map = JSON.stringify({ sources: ['x'.repeat(700), 'node_modules/in-map/x.js'], names: 'y'.repeat(600) });
    const text = [
      `${'x'.repeat(600)}"./node_modules/@a/long-name/index.js"${' '.repeat(700)}/*! Some Thing v2.3.4 */`,
      `${'y'.repeat(900)}{name:"${'n'.repeat(100)}",version:"1.2.3",main:"x"}${'z'.repeat(300)}`,
      `//# sourceMappingURL=data:application/json;base64,${inBase64(map)}`,
    ].join('');
    const whole = namesIn(text);
    expect(whole).toEqual([
      ['@a/long-name', null],
      ['Some Thing', '2.3.4'],
      ['n'.repeat(100), '1.2.3'],
      ['in-map', null],
    ]);
    for (const step of [1, 7, 64, 511, 513]) expect(namesIn(text, step), `${step}`).toEqual(whole);
  });

  it('a thousand packages, and says that there are more', () => {
    const names = new ScriptNames();
    names.push(encoder.encode(Array.from({ length: 1200 }, (_, i) => `node_modules/p${i}/x`).join(' ')));
    expect(names.end()).toHaveLength(1000);
    expect(names.isFull).toBe(true);
  });
});

it('scripts, and the licences that a bundler takes out of them, are told by their names', () => {
  for (const path of ['a/main.jsbundle', 'index.android.bundle', 'b.mjs', 'main.js.LICENSE.txt', 'main.jsbundle.map'])
    expect(isScript(path), path).toBe(true);
  for (const path of ['a.json', 'LICENSE.txt', 'a.html']) expect(isScript(path), path).toBe(false);
});

it('they stand among the libraries of the report, each with its place', async () => {
  const text = `//\n/*! Socket.IO v4.7.2 */${' '.repeat(60_000)}"./node_modules/pusher-js/x.js";"https://ws.pusher.com/app"`;
  const axml = { name: 'manifest', attributes: { package: 'org.example.app' } };
  const report = await scan(
    buildBundle({ files: { 'AndroidManifest.xml': { axml }, 'assets/index.android.bundle': { text } } }),
  );
  expect(
    report.libraries.map(({ name, version, evidence }) => [name, version, evidence.path, evidence.spans[0]?.offset]),
  ).toEqual([
    ['Socket.IO', '4.7.2', 'assets/index.android.bundle', 7],
    ['pusher-js', null, 'assets/index.android.bundle', 60_029],
  ]);
  expect(report.unidentified).toMatchObject([
    { kind: 'script', name: 'index.android.bundle', hosts: ['ws.pusher.com'] },
  ]);
});
