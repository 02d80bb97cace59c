import { describe, expect, it } from 'vitest';
import { buildBinaryXml } from '../build/axml.ts';
import { scan } from '../build/verified.ts';
import { buildZip } from '../build/zip.ts';

const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example.app' } });

const app = (name: string, data: string | Uint8Array) =>
  scan(
    buildZip([
      { name: 'AndroidManifest.xml', data: manifest },
      { name, data },
    ]),
  );

const libraries = async (name: string, data: string) =>
  (await app(name, data)).libraries.map(({ name, version, evidence }) => [name, version, evidence.text]);

const missing = async (name: string, data: string | Uint8Array) => {
  const { coverage, complete } = await app(name, data);
  const lines = coverage.filter((line) => line.path === name && line.reason === 'missing');
  if (lines.length > 0) expect(complete).toBe(false);
  return lines.map(({ detail }) => detail);
};

describe('plugins that are built into an app for web code', () => {
  const plugins = `cordova.define('cordova/plugin_list', function(require, exports, module) {
module.exports = [
  { "id": "cordova-plugin-camera.Camera", "file": "plugins/cordova-plugin-camera/www/Camera.js", "pluginId": "cordova-plugin-camera" },
  { "id": "own.Own", "file": "plugins/own/www/own.js", "pluginId": "own", "0": "1" }
];
module.exports.metadata =
// TOP OF METADATA
{
    "cordova-plugin-camera": "4.1.0",
    "@havesource/cordova-plugin-push": "5.0.0-dev.1",
    "cordova-plugin-whitelist": "1.3.4"
};
});`;

  it('Cordova: with versions where the list has them, whether they bring scripts or not', async () => {
    expect(await libraries('assets/www/cordova_plugins.js', plugins)).toEqual([
      ['@havesource/cordova-plugin-push', '5.0.0-dev.1', '"@havesource/cordova-plugin-push": "5.0.0-dev.1"'],
      ['cordova-plugin-camera', '4.1.0', '"cordova-plugin-camera": "4.1.0"'],
      ['cordova-plugin-whitelist', '1.3.4', '"cordova-plugin-whitelist": "1.3.4"'],
      ['own', null, '"pluginId": "own"'],
    ]);
  });

  it('Capacitor: by package, of which no version stands there', async () => {
    const list = JSON.stringify([
      { pkg: '@capacitor/camera', classpath: 'com.capacitorjs.plugins.camera.CameraPlugin' },
      { pkg: 'capacitor-agora', classpath: 'x.Y' },
    ]);
    expect(await libraries('assets/capacitor.plugins.json', list)).toEqual([
      ['@capacitor/camera', null, '"pkg":"@capacitor/camera"'],
      ['capacitor-agora', null, '"pkg":"capacitor-agora"'],
    ]);
  });

  it('NativeScript and Node.js: packages with their folders', async () => {
    const json = '{"main": "x", "name": "nativescript-camera", "version": "4.5.0"}';
    const path = 'assets/app/tns_modules/nativescript-camera/package.json';
    expect(await libraries(path, json)).toEqual([['nativescript-camera', '4.5.0', '"nativescript-camera"']]);
    const scoped = '{"name":"@scope/x","version":"workspace:*"}';
    expect(await libraries('assets/node/node_modules/@scope/x/package.json', scoped)).toEqual([
      ['@scope/x', null, '"@scope/x"'],
    ]);
  });

  it.each([
    ['another file', 'assets/www/plugins.js', plugins],
    ['a package of nobody', 'assets/app/package.json', '{"name":"my-app","version":"1.0.0"}'],
    ['no JSON', 'assets/x/node_modules/y/package.json', '{"name":"y"'],
    ['a name that is none', 'assets/x/node_modules/y/package.json', '{"name":"a b\\u0007","version":"1.0.0"}'],
    ['a name that is no text', 'assets/x/node_modules/y/package.json', '{"name":{"name":"x"},"version":1}'],
  ])('nothing by %s', async (_, path, text) => expect(await libraries(path, text)).toEqual([]));

  it('a list that is too long is not read, and that is said', async () => {
    const { libraries, coverage } = await app('assets/www/cordova_plugins.js', plugins + ' '.repeat(600_000));
    expect(libraries).toEqual([]);
    expect(coverage.map(({ path, reason }) => [path, reason])).toContainEqual([
      'assets/www/cordova_plugins.js',
      'budget',
    ]);
  });
});

describe('pages that are fetched in place of those aboard leave the answer incomplete', () => {
  const config = (attributes: string) => `<?xml version='1.0' encoding='utf-8'?>
<widget id="org.example.app"><!-- <content src="https://old.example.com" /> -->
<content ${attributes} /></widget>`;

  it.each<[string, string, string | Uint8Array, string]>([
    [
      'Capacitor',
      'assets/capacitor.config.json',
      '{"appId":"x","server":{"url":"https://web.example.com/app","cleartext":true}}',
      "the app's pages are fetched from https://web.example.com/app (server.url of Capacitor): what they do is not in the bundle",
    ],
    [
      'Cordova',
      'Payload/config.xml',
      config(`src = 'http://web.example.com/'`),
      "the app's pages are fetched from http://web.example.com/ (content of Cordova): what they do is not in the bundle",
    ],
    [
      'Cordova on Android',
      'res/xml/config.xml',
      buildBinaryXml({
        name: 'widget',
        attributes: {},
        children: [{ name: 'content', attributes: { src: 'https://web.example.com/' } }],
      }),
      "the app's pages are fetched from https://web.example.com/ (content of Cordova): what they do is not in the bundle",
    ],
  ])('%s', async (_, path, data, line) => expect(await missing(path, data)).toEqual([line]));

  it.each<[string, string, string | Uint8Array]>([
    ['pages aboard', 'assets/capacitor.config.json', '{"server":{"hostname":"localhost","androidScheme":"https"}}'],
    ['an address of something else', 'assets/capacitor.config.json', '{"url":"https://web.example.com","server":null}'],
    ['no JSON', 'assets/capacitor.config.json', '{"server":{"url":"https://web.example.com"}'],
    ['a page of its own', 'Payload/config.xml', config('src="index.html"')],
    ['settings of another kind', 'Payload/config.xml', '<config><content src="https://web.example.com"/></config>'],
    ['broken resources', 'res/xml/config.xml', Uint8Array.of(3, 0, 8, 0, 255, 0, 0, 0, 1)],
  ])('not by %s', async (_, path, data) => expect(await missing(path, data)).toEqual([]));
});

describe('pages that may be shown in place of the app’s own', () => {
  const led = async (name: string, data: string | Uint8Array) => {
    const { coverage } = await app(name, data);
    return coverage.filter(({ path, reason }) => path === name && reason === 'missing');
  };
  const allowed = (by: string, hosts: string) => [
    {
      matters: false,
      detail: `the app's pages may lead to pages of ${hosts} with its plugins at hand (${by}): what those do is not in the bundle`,
    },
  ];
  const settings = {
    name: 'widget',
    children: [
      { name: 'content', attributes: { src: 'index.html' } },
      { name: 'allow-navigation', attributes: { href: 'https://*.example.com/*' } },
      { name: 'allow-navigation', attributes: { href: 'tel:*' } },
    ],
  };

  it.each([
    [
      'as text',
      `<widget><!-- <allow-navigation href="*" /> --><allow-navigation href='https://*.example.com/*' /><allow-navigation href="tel:*"/></widget>`,
    ],
    ['as resources', buildBinaryXml(settings)],
  ])('are said of Cordova’s settings %s, and leave nothing open', async (_form, data) => {
    expect(await led('res/xml/config.xml', data)).toMatchObject(
      allowed('allow-navigation of Cordova', '"https://*.example.com/*"'),
    );
  });

  it('are said of Capacitor’s, the first of many by name', async () => {
    const hosts = ['a.example', '*.b.example', 'c', 'd', 'e', 'f'];
    const config = JSON.stringify({ server: { allowNavigation: [...hosts, 7] } });
    expect(await led('assets/capacitor.config.json', config)).toMatchObject(
      allowed('server.allowNavigation of Capacitor', '"a.example", "*.b.example", "c", "d", "e" and 1 more'),
    );
    expect(await led('assets/capacitor.config.json', '{"server":{"allowNavigation":"a"}}')).toEqual([]);
  });
});
