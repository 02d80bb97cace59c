import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { ownCodeInside } from '../src/inventory/own-code.ts';
import { buildBinaryXml } from './build/axml.ts';
import { buildCode, type CodeClass } from './build/dex-code.ts';
import { scan } from './build/verified.ts';

const SESSION = 'com.opentok.android.Session';
const calling = (name: string, called = SESSION): CodeClass => ({
  ...{ name, super: 'android.app.Activity' },
  methods: [
    { is: 'onCreate()V', code: [`invoke-virtual ${called}.connect()V v0`, 'return-void'] },
    { is: 'connect()V', code: ['return-void'] },
  ],
});
/** Enough of the SDK to be told by its classes. */
const sdk: readonly CodeClass[] = ['Session', 'Publisher', 'Subscriber', 'OpentokError', 'Stream', 'Connection'].map(
  (name) => ({ name: `com.opentok.android.${name}`, methods: [{ is: 'connect()V', code: ['return-void'] }] }),
);

async function callersOf(appId: string, callers: readonly string[], more: readonly CodeClass[] = []) {
  const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: appId } });
  const dex = buildCode([...sdk, ...callers.map((name) => calling(name)), ...more]);
  const { detections } = await scan(zipSync({ 'AndroidManifest.xml': manifest, 'classes.dex': dex }));
  const found = detections.find((each) => each.sdk === 'vonage-video');
  expect(found).toBeDefined();
  return found?.calledBy?.map(({ kind, name, evidence, more }) => `${kind} ${name} ${evidence.length + more}`) ?? [];
}

describe('who calls an SDK', () => {
  it('the app, and nobody else where the SDK calls itself', async () => {
    expect(await callersOf('com.acme.app', ['com.acme.app.Main', 'com.acme.app.ui.Call'])).toEqual([
      'app com.acme.app 2',
    ]);
    expect(await callersOf('com.acme.app', ['com.opentok.android.Inner', 'com.opentok.impl.Other'])).toEqual([]);
  });

  it('also where very many call another one before', async () => {
    const others = Array.from({ length: 300 }, (_, i) => calling(`com.acme.app.a${i}`, 'com.twilio.video.Room'));
    const twilio = { name: 'com.twilio.video.Room', methods: [{ is: 'connect()V', code: ['return-void'] }] };
    expect(await callersOf('com.acme.app', ['com.acme.app.zz.Main'], [twilio, ...others])).toEqual([
      'app com.acme.app 1',
    ]);
  });

  it('a party that no rule knows', async () => {
    expect(await callersOf('com.acme.app', ['net.voicekit.core.Call'])).toEqual(['unidentified net.voicekit 1']);
  });

  it("in a vendor's own app, what lies under the app's id or beside it, and not the rest of the vendor's code", async () => {
    const own = ['com.opentok.android.demo.hello.Main', 'com.opentok.android.demo.video.Call'];
    const others = ['com.opentok.android.v3.Inner', 'com.opentok.impl.Other'];
    const id = 'com.opentok.android.demo.hello';
    const ofItself = calling('com.opentok.android.demo.hello.Inner', 'com.opentok.android.demo.hello.Main');
    expect(await callersOf(id, [...own, ...others], [ofItself])).toEqual([`app ${id} 2`]);
  });
});

describe('packages of an app inside those of an SDK', () => {
  it('the id and what is above it, as long as that lies inside', () => {
    const sdk = ['com.opentok', 'com.opentok.android'];
    expect(ownCodeInside('com.opentok.samples', sdk)).toEqual(['com.opentok.samples']);
    expect(ownCodeInside('com.opentok.android.demo.hello', sdk)).toEqual([
      'com.opentok.android.demo.hello',
      'com.opentok.android.demo',
    ]);
    expect(ownCodeInside('com.opentok', sdk)).toEqual([]);
    expect(ownCodeInside('com.opentokens.app', sdk)).toEqual([]);
    expect(ownCodeInside(null, sdk)).toEqual([]);
  });
});
