import { describe, expect, it } from 'vitest';
import { render } from '../src/index.ts';
import type { XmlDescription, XmlValue } from './build/axml.ts';
import { agoraDex, apkOf, manifestOf } from './build/set.ts';
import { scan } from './build/verified.ts';

/** What the manifest opens to others, lets run first, and looks for. */

const component = (
  name: string,
  attributes: Record<string, XmlValue> = {},
  ...children: XmlDescription[]
): XmlDescription => ({
  name,
  attributes: { 'android:name': `x.${name}`, ...attributes },
  children,
});
const filter: XmlDescription = { name: 'intent-filter' };
const sdk = (target: number): XmlDescription => ({
  name: 'uses-sdk',
  attributes: { 'android:targetSdkVersion': target },
});
const appOf = async (target: number, components: readonly XmlDescription[], ...more: XmlDescription[]) => {
  const application = { name: 'application', children: components };
  const report = await scan(apkOf(manifestOf({}, sdk(target), application, ...more), { 'classes.dex': agoraDex }));
  return { report, android: report.bundle.app.android };
};
const exported = ({ android }: Awaited<ReturnType<typeof appOf>>) => android?.exported.map(({ name }) => name);

describe('a component is open to others', () => {
  const components = [
    component('activity', {}, filter),
    component('service', { 'android:exported': true }),
    component('receiver', { 'android:exported': false }, filter),
    component('provider'),
  ];

  it.each([
    [34, ['x.service']],
    [30, ['x.activity', 'x.service']],
    [16, ['x.activity', 'x.provider', 'x.service']],
  ])('by its word, its filters and the target: %i', async (target, names) => {
    expect(exported(await appOf(target, components))).toEqual(names);
  });

  it('with what it needs, and whose its class is', async () => {
    const shared = component('activity-alias', {
      ...{ 'android:name': 'io.agora.rtc.Share', 'android:exported': true },
      'android:permission': 'android.permission.BIND_JOB_SERVICE',
    });
    const { android, report } = await appOf(34, [shared]);
    expect(android?.exported).toEqual([
      {
        kind: 'activity',
        name: 'io.agora.rtc.Share',
        permission: 'android.permission.BIND_JOB_SERVICE',
        vendor: 'agora',
      },
    ]);
    const text = render(report, 'text');
    expect(text).toMatch(/OPEN TO OTHER APPS {2}1 component\n/);
    expect(text).toMatch(/io\.agora\.rtc\.Share +activity +Agora +BIND_JOB_SERVICE/);
  });

  it('and of too many the rest is counted', async () => {
    const many = Array.from({ length: 300 }, (_, i) =>
      component('activity', { 'android:name': `x.A${i}`, 'android:exported': true }),
    );
    const { android } = await appOf(34, many);
    expect([android?.exported.length, android?.moreExported]).toEqual([256, 44]);
  });
});

it('initialisers run before the app', async () => {
  const meta = (name: string, value: string) => ({
    name: 'meta-data',
    attributes: { 'android:name': name, 'android:value': value },
  });
  const provider = component(
    'provider',
    { 'android:name': 'androidx.startup.InitializationProvider', 'android:exported': false },
    ...[meta('io.agora.Starter', 'androidx.startup'), meta('other', 'x')],
  );
  expect((await appOf(34, [provider])).android?.initialisers).toEqual(['io.agora.Starter']);
});

it('queries name the apps that it looks for', async () => {
  const queries = {
    name: 'queries',
    children: [
      { name: 'package', attributes: { 'android:name': 'com.whatsapp' } },
      { name: 'provider', attributes: { 'android:authorities': 'com.example.files' } },
      {
        name: 'intent',
        children: [
          { name: 'action', attributes: { 'android:name': 'android.intent.action.VIEW' } },
          { name: 'data', attributes: { 'android:scheme': 'https' } },
        ],
      },
    ],
  };
  const { android, report } = await appOf(34, [], queries);
  expect(android?.queries).toEqual([
    'intent android.intent.action.VIEW https',
    'package com.whatsapp',
    'provider com.example.files',
  ]);
  expect(render(report, 'text')).toContain('looks for  intent android.intent.action.VIEW https, package com.whatsapp');
});

it('an app that has nothing of it has no such facts', async () => {
  expect((await appOf(34, [])).report.bundle.app).not.toHaveProperty('android');
});

it('every type of a service in the foreground is told', async () => {
  const service = component('service', { 'android:foregroundServiceType': { hex: 0x4000_2481 } });
  const { report } = await appOf(34, [service]);
  expect(report.bundle.app.background).toEqual([
    'dataSync',
    'mediaProcessing',
    'microphone',
    'specialUse',
    'systemExempted',
  ]);
});
