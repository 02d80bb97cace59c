import { describe, expect, it } from 'vitest';
import { typesInside } from '../src/detect/types-inside.ts';
import type { Report } from '../src/index.ts';
import { classGroup, commonWords } from '../src/inventory/class-group.ts';
import { buildBundle, type FileDescription } from './build/bundle.ts';
import { scan } from './build/verified.ts';

/** What is told of the types inside an image, each by a fault that was seen in a real app. */

const app = 'Payload/A.app';

function ipa(main: readonly string[], more: Readonly<Record<string, FileDescription>> = {}, cstrings: string[] = []) {
  return scan(
    buildBundle({
      files: {
        [`${app}/Info.plist`]: { plist: { CFBundleIdentifier: 'org.a', CFBundleExecutable: 'A' } },
        [`${app}/A`]: { macho: { fileType: 'execute', objcClasses: [...main], cstrings } },
        ...more,
      },
    }),
  );
}

const framework = (name: string, objcClasses: readonly string[]): Readonly<Record<string, FileDescription>> => ({
  [`${app}/Frameworks/${name}.framework/${name}`]: { macho: { fileType: 'dylib', objcClasses: [...objcClasses] } },
  [`${app}/Frameworks/${name}.framework/Info.plist`]: {
    plist: { CFBundleExecutable: name, CFBundleIdentifier: `x.${name}` },
  },
});

const many = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}Thing${i}`);
const listed = ({ unidentified }: Report) =>
  unidentified.map(({ kind, name, size, hosts }) =>
    kind === 'framework' ? [kind, name] : [kind, name, size, ...hosts],
  );

describe('a name', () => {
  it.each([
    ['AFHTTPClient', 'AF'],
    ['RCTUIManager', 'RCT'],
    ['TMAFURLConnection', 'TMAF'],
    // Nothing but the abbreviation, or one letter before it, is no prefix and an abbreviation.
    ['HTTPServer', 'HTTP'],
    ['XHTTPServer', 'XHTTP'],
    ['JMSGMessage', 'JMSG'],
    ['CodePushPackage', 'Code'],
  ])('%s is of %s', (name, group) => expect(classGroup(name)).toBe(group));

  it.each([
    ['CodePushPackage', 'CodePushConfig', 'CodePush'],
    ['CodePush', 'CodePushConfig', 'CodePush'],
    ['SpotView', 'SpotsView', ''],
    ['GeTuiSdk', 'GeTuiSDKManager', 'GeTui'],
  ])('%s and %s have %s in common', (one, other, common) => expect(commonWords(one, other)).toBe(common));
});

it('types of one library are one party, called by all the words that they share', async () => {
  const report = await ipa([
    ...many('AF', 2),
    'AFHTTPClient',
    'AFURLConnection',
    'CodePushPackage',
    'CodePushConfig',
    'CodePushUtils',
  ]);
  expect(listed(report)).toEqual([
    ['classes', 'AF', 4],
    ['classes', 'CodePush', 3],
  ]);
});

it('an unknown framework is not told a second time by the names of its classes; another party inside of it is', async () => {
  const report = await ipa([], {
    ...framework('AcmeAuth', [...many('ACM', 30), ...many('Acme', 12), ...many('ACMB', 3)]),
    ...framework('AcmeCore', [...many('ACM', 40), ...many('MXP', 12)]),
  });
  expect(listed(report)).toEqual([
    ['classes', 'MXP', 12],
    ['framework', 'AcmeAuth.framework'],
    ['framework', 'AcmeCore.framework'],
  ]);
});

it('few types are listed where a host of their name stands beside them', async () => {
  const report = await ipa(['MixpanelPeople', 'SpotView'], {}, ['https://api.mixpanel.com/track']);
  expect(listed(report)).toEqual([['classes', 'MixpanelPeople', 1, 'api.mixpanel.com']]);
});

it('React Native linked into the executable is a runtime', async () => {
  const report = await ipa(['RCTBridge', 'RCTRootView', 'RCTUIManager', 'RCTImageView']);
  expect(listed(report)).toEqual([]);
  expect(report.runtimes.map(({ id }) => id)).toEqual(['react-native-ios-classes']);
});

it('the library of a Swift module is not told by that module', () => {
  const native = { kind: 'library', name: 'libswiftDispatch.dylib', main: false } as const;
  const packages = new Map([
    ['Dispatch.', 25],
    ['Alamofire.', 4],
  ]);
  expect(typesInside({ packages, native, endpoints: [] }, false)).toEqual([
    { kind: 'module', name: 'Alamofire', types: 4, hosts: [] },
  ]);
});

it('pods that CocoaPods built in are libraries, each with its place; the targets of the app are none', async () => {
  const dummies = ['PodsDummy_AFNetworking', 'PodsDummy_React_Core', 'PodsDummy_Pods_A', 'PodsDummy_Pods'];
  const report = await ipa(dummies);
  expect(listed(report)).toEqual([]);
  expect(report.libraries.map(({ name, version, evidence }) => [name, version, evidence.text])).toEqual([
    ['AFNetworking', null, 'PodsDummy_AFNetworking'],
    ['React_Core', null, 'PodsDummy_React_Core'],
  ]);
});
