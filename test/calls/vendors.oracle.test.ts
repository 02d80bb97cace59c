import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { buildBinaryXml } from '../build/axml.ts';
import { scan } from '../build/verified.ts';
import { dexesByD8, hasJava, jarInside, mavenArtifact } from '../real/maven.ts';
import { type Case, cases, sdks, sourceOf } from './vendors.ts';

/** What the system has, as far as javac looks at it. */
const library: Readonly<Record<string, string>> = {
  'android/os/Bundle.java': 'package android.os; public class Bundle {}',
  'android/content/Context.java': 'package android.content; public class Context {}',
  'android/app/Activity.java':
    'package android.app; public class Activity extends android.content.Context { protected void onCreate(android.os.Bundle b) {} }',
};
const folder = mkdtempSync(join(tmpdir(), 'waybill-calls-'));
/** Some fixed day: the same app gives the same jar, which D8 then converts once. */
const mtime = new Date(2026, 0, 1);

function write(path: string, text: string | Uint8Array): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

function compile(each: Case, i: number, sdk: string): string {
  const at = join(folder, `${i}`);
  const sources = Object.entries(library).map(([path, text]) => write(join(at, 'library', path), text));
  const main = write(join(at, 'src/com/acme/app/Main.java'), sourceOf(each));
  const beside = ['org.jetbrains.kotlin:kotlin-stdlib:2.0.21', 'com.google.protobuf:protobuf-javalite:3.25.3'];
  const path = [sdk, ...beside.map(mavenArtifact)].join(':');
  const out = join(at, 'out');
  mkdirSync(out);
  execFileSync('javac', ['-nowarn', '--release', '8', '-cp', path, '-d', out, ...sources, main], {
    stdio: 'pipe',
  });
  const own = join(out, 'com/acme/app');
  const classes = readdirSync(own).map((name) => [`com/acme/app/${name}`, readFileSync(join(own, name))] as const);
  return write(join(at, 'app.jar'), zipSync(Object.fromEntries(classes), { mtime }));
}

describe.skipIf(!hasJava())('SDKs of other vendors as apps call them, compiled against their releases', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(cases.map((each) => [`${each.sdk}: ${each.name}`, each] as const))('%s', async (_, each) => {
    const sdk = jarInside(sdks[each.sdk], 'classes.jar');
    const dexes = [...dexesByD8(compile(each, cases.indexOf(each), sdk)), ...dexesByD8(sdk)];
    const files = dexes.map((bytes, i) => [`classes${i === 0 ? '' : i + 1}.dex`, bytes] as const);
    const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'com.acme.app' } });
    const report = await scan(zipSync({ 'AndroidManifest.xml': manifest, ...Object.fromEntries(files) }, { level: 0 }));
    const flow = report.flows.find((one) => one.sdk === each.sdk && one.controls.some(({ id }) => id === each.control));
    const control = flow?.controls.find(({ id }) => id === each.control);
    expect([control?.state, control?.reason]).toEqual([each.state, expect.stringContaining(each.reason)]);
    if (each.recipient) {
      const media = report.flows.filter(({ sdk, data }) => sdk === each.sdk && data === 'microphone');
      expect(media.map(({ recipient }) => recipient)).toEqual([each.recipient]);
    }
    const detection = report.detections.find((one) => one.sdk === each.sdk);
    expect(detection?.calledBy?.length).toBe(1);
  });
});
