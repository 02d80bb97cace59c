import { describe, expect, it } from 'vitest';
import { buildBundle, type FileDescription } from './build/bundle.ts';
import { scan } from './build/verified.ts';

/** URLs inside of other text: each spelling here once hid a vendor's host, or that it is asked over plain HTTP. */

const axml = { name: 'manifest', attributes: { package: 'org.example.app' } };
const reportOf = (files: Readonly<Record<string, FileDescription>>) =>
  scan(buildBundle({ files: { 'AndroidManifest.xml': { axml }, ...files } }));
async function endpoints(files: Readonly<Record<string, FileDescription>>) {
  const { endpoints } = await reportOf(files);
  return endpoints.map(({ scheme, host, url }) => [scheme, host, url]);
}
const argus = 'argus.agoralab.co';

describe('a host of a vendor is told with its scheme', () => {
  it.each([
    ['as JSON spells it', `{"u":"http:\\/\\/${argus}\\/r?id=%u\\"x"}`, 'http', `http://${argus}/r?id=%u`],
    ['as JavaScript does', `"http:\\u002F\\u002F${argus}\\u002Fx\\u0026y"`, 'http', `http://${argus}/x&y`],
    ['by shorter escapes', `"https:\\x2f\\x2f${argus}\\x2fx"`, 'https', `https://${argus}/x`],
    ['in a query', `x?to=http%3A%2F%2F${argus}%3A8080%2Fy%3Fz=1`, 'http', `http://${argus}:8080/y?z=1`],
    ['and a whole name', 'x?to=https%3A%2F%2Fmeet.jit.si%2Froom', 'https', 'https://meet.jit.si/room'],
  ])('%s', async (_, text, scheme, url) => {
    expect(await endpoints({ 'assets/a.js': { text } })).toEqual([[scheme, new URL(url).hostname, url]]);
  });

  it('and a template, a name behind one slash or a longer name stay what they are', async () => {
    const text =
      '"vocs%d.agora.io" "%2Fqos.agoralab.co" "%2Fnotagora.io" "agora.io%2x" "x\\u002fwww.agora.io.evil.org"';
    expect(await endpoints({ 'assets/a.js': { text } })).toEqual([
      [null, 'qos.agoralab.co', null],
      [null, 'vocs%d.agora.io', null],
    ]);
  });

  it('the parameters of an escaped template are a flow', async () => {
    const text = `{"u":"http:\\/\\/${argus}\\/report?listener=%u&venderID=%s&channelName=%s"}`;
    const { flows } = await reportOf({ 'assets/a.js': { text } });
    expect(flows.map(({ data, host, protection }) => [data, host, protection])).toEqual([
      ['room-id', argus, 'cleartext'],
      ['user-id', argus, 'cleartext'],
    ]);
  });
});

describe('a string of a DEX holds URLs wherever they stand in it', () => {
  it.each([
    ['behind a blank', ` http://${argus}/x`, 'http'],
    ['in JSON', `{"u":"http://${argus}/x"}`, 'http'],
    ['in JSON with escapes', `{"u":"http:\\/\\/${argus}\\/x"}`, 'http'],
    ['in a sentence', `See (https://${argus}/x) for more.`, 'https'],
    ['behind a long text', `${'x '.repeat(200)}https://${argus}/x`, 'https'],
  ])('%s', async (_, text, scheme) => {
    expect(await endpoints({ 'classes.dex': { dex: { strings: [text] } } })).toEqual([
      [scheme, argus, `${scheme}://${argus}/x`],
    ]);
  });

  it('and one that begins with it is told once', async () => {
    const report = await reportOf({ 'classes.dex': { dex: { strings: ['https://a.example.org/x'] } } });
    expect(report.endpoints.map(({ host, at, more }) => [host, at.length, more])).toEqual([['a.example.org', 1, 0]]);
  });
});
