import type { Working } from '../../allowance.ts';
import { attribute, type XmlElement } from '../../formats/axml/index.ts';
import { meaning, passageAt } from '../../formats/passage.ts';
import type { AndroidFacts, App } from '../../types.ts';
import { type Declaration, noApp } from '../app.ts';
import { fullName } from './apk-components.ts';
import { permissionsOf } from './apk-permissions.ts';
import type { Resources } from './apk-resources.ts';
import { surfaceOf } from './apk-surface.ts';

const components = new Set(['activity', 'activity-alias', 'service', 'receiver', 'provider']);

/** What a service in the foreground is for (android.R.attr.foregroundServiceType of API level 36, seen 2026-11-26). */
const serviceTypes: readonly (readonly [bit: number, name: string])[] = [
  [0x01, 'dataSync'],
  [0x02, 'mediaPlayback'],
  [0x04, 'phoneCall'],
  [0x08, 'location'],
  [0x10, 'connectedDevice'],
  [0x20, 'mediaProjection'],
  [0x40, 'camera'],
  [0x80, 'microphone'],
  [0x100, 'health'],
  [0x200, 'remoteMessaging'],
  [0x400, 'systemExempted'],
  [0x800, 'shortService'],
  [0x1000, 'fileManagement'],
  [0x2000, 'mediaProcessing'],
  [0x4000_0000, 'specialUse'],
];

/** Elements between two moments in which the work can be left. */
const SOME = 256;

interface Source {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Gets what the manifest declares. */
  readonly declarations: Declaration[];
}

/** What the manifest says of the app. */
export function* appOf(
  manifest: XmlElement,
  resources: Resources,
  { path, bytes, declarations }: Source,
): Working<App> {
  const background = new Set<string>();
  let name: string | null = null;
  let nameIn: string | null = null;
  const text = (element: XmlElement, attribute: string) => resources.text(element, attribute);
  const id = text(manifest, 'package');
  const declare = (element: XmlElement, kind: 'key' | 'component', name: string | null, value: string | null) => {
    const place = attribute(element, 'name')?.place;
    if (!name || !place) return;
    const { start, end, encoding } = place;
    const seen = () => meaning(passageAt(bytes.subarray(start, end), start, encoding, 'manifest'), value);
    declarations.push({ kind, name, path, seen });
  };
  const component = (element: XmlElement, name: string | null) => {
    const whole = fullName(name, id);
    declare(element, 'component', whole, whole === name ? null : whole);
  };
  const sdk = manifest.children.filter((element) => element.name === 'uses-sdk').at(-1);
  const minOs = sdk ? text(sdk, 'minSdkVersion') : null;
  const targetOs = sdk ? text(sdk, 'targetSdkVersion') : null;
  const waiting: XmlElement[] = [manifest];
  let done = 0;
  for (let element = waiting.pop(); element; element = waiting.pop()) {
    if (++done % SOME === 0) yield SOME;
    for (const child of element.children) waiting.push(child);
    const own = text(element, 'name');
    if (element.name === 'application') {
      const [label] = resources.values(element, 'label');
      name = label === undefined ? null : String(label.value);
      nameIn = label === undefined || attribute(element, 'label')?.reference === null ? null : label.language;
      component(element, own);
    } else if (element.name === 'meta-data') {
      declare(element, 'key', own, text(element, 'value'));
    } else if (components.has(element.name)) {
      component(element, own);
      if (element.name === 'service') {
        const types = attribute(element, 'foregroundServiceType')?.value;
        for (const [bit, type] of serviceTypes) {
          const isOne = typeof types === 'number' ? (types & bit) !== 0 : String(types).split('|').includes(type);
          if (isOne) background.add(type);
        }
      }
    }
  }
  const permissions = yield* permissionsOf(manifest, resources, { minOs, targetOs });
  yield SOME;
  const surface = surfaceOf(manifest, resources, { id, minOs, targetOs });
  return {
    ...noApp,
    id,
    name,
    nameIn,
    version: text(manifest, 'versionName'),
    build: versionCode(text(manifest, 'versionCode'), text(manifest, 'versionCodeMajor')),
    minOs,
    targetOs,
    ...permissions,
    background: [...background].sort(),
    ...(saysSomething(surface) ? { android: surface } : {}),
  };
}

const saysSomething = ({ exported, initialisers, queries }: AndroidFacts) =>
  exported.length + initialisers.length + queries.length > 0;

/** PackageInfo.getLongVersionCode: `versionCodeMajor` is the upper half of it. */
function versionCode(low: string | null, high: string | null): string | null {
  if (high === null || !/^-?\d+$/.test(high) || Number(high) === 0) return low;
  const lower = BigInt.asUintN(32, BigInt(/^-?\d+$/.test(low ?? '') ? low! : '0'));
  return String(BigInt.asIntN(64, (BigInt(high) << 32n) | lower));
}
