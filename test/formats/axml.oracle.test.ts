import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultBudgets } from '../../src/budgets.ts';
import {
  androidAttribute,
  attribute,
  readBinaryXml,
  type XmlAttribute,
  type XmlDocument,
  type XmlElement,
} from '../../src/formats/axml/index.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { npmPackage } from '../real/corpus.ts';

const bundles = [
  { spec: 'android-apidemos@5.0.0', apk: 'ApiDemos-debug.apk', documents: 542, permissions: 14 },
  { spec: 'io.appium.settings@8.0.10', apk: 'settings_apk-debug.apk', documents: 32, permissions: 27 },
  {
    spec: 'appium-uiautomator2-server@10.6.6',
    apk: 'appium-uiautomator2-server-v10.6.6.apk',
    documents: 1,
    permissions: 9,
  },
];

function hasAapt(): boolean {
  try {
    execFileSync('aapt', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('SKIPPED: aapt is not installed (Debian package aapt)');
    return false;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'waybill-axml-'));
afterAll(() => rmSync(folder, { recursive: true }));

function aapt(...args: string[]): string {
  return execFileSync('aapt', ['dump', ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
}

/** What aapt prints for a tree, one line for each element and attribute, behind its depth. */
function dumpedTree(dump: string): string[] {
  const lines: string[] = [];
  let indents: number[] = [];
  for (const line of dump.split('\n')) {
    const [, spaces, kind, text] = /^( *)([NEA]): (.*)$/.exec(line) ?? [];
    if (spaces === undefined || text === undefined) continue;
    if (kind === 'N' && spaces === '') indents = [];
    if (kind === 'E') {
      indents = indents.filter((indent) => indent < spaces.length);
      lines.push(`${indents.length} ${text.replace(/ \(line=\d+\)$/, '')}`);
      indents.push(spaces.length);
    } else if (kind === 'A') {
      lines.push(`${indents.length} ${comparable(text.replace(/^[\w-]+:/, ''))}`);
    }
  }
  return lines;
}

/** Dimensions and fractions have no value here; of a boolean, aapt shows what a compiler happened to write for true. */
function comparable(line: string): string {
  return line
    .replace(/=\(type 0x([56])\)0x[0-9a-f]+/, '=(type 0x$1)')
    .replace('=(type 0x12)0xffffffff', '=(type 0x12)0x1');
}

function tree(element: XmlElement, depth = 0): string[] {
  const attributes = element.attributes.map((each) => `${depth + 1} ${shown(each)}`);
  return [`${depth} ${element.name}`, ...attributes, ...element.children.flatMap((child) => tree(child, depth + 1))];
}

function shown({ name, resourceId, type, value, raw, reference }: XmlAttribute): string {
  const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
  const padded = (id: number) => `0x${id.toString(16).padStart(8, '0')}`;
  const id = resourceId === null ? '' : `(${padded(resourceId)})`;
  const rawText = raw === null ? '' : ` (Raw: ${quoted(raw)})`;
  let text = `(type 0x${type.toString(16)})`;
  if (typeof value === 'string') text = quoted(value);
  else if (type === 1 || type === 7) text = `@${padded(reference ?? 0)}`;
  else if (type === 2 || type === 8) text = `?${padded(reference ?? 0)}`;
  else if (type === 4) text += `0x${new Uint32Array(Float32Array.of(Number(value)).buffer)[0]!.toString(16)}`;
  else if (value !== null) text += `0x${(Number(value) >>> 0).toString(16)}`;
  return `${name}${id}=${text}${rawText}`;
}

function read(bytes: Uint8Array): XmlDocument {
  const document = readBinaryXml(bytes, defaultBudgets);
  expect(document.problems).toEqual([]);
  expect(document.anomalies).toEqual([]);
  return document;
}

describe.skipIf(!hasAapt())('binary XML reader against aapt', () => {
  it.each(bundles)('reads every document of $apk as aapt does', ({ spec, apk, documents }) => {
    const path = join(npmPackage(spec), 'apks', apk);
    const entries = Object.entries(unzipSync(readFileSync(path), { filter: ({ name }) => name.endsWith('.xml') }));
    const compiled = entries.filter(([, bytes]) => bytes[0] !== 0x3c);
    expect(compiled).toHaveLength(documents);
    const dump = aapt('xmltree', path, ...compiled.map(([name]) => name));
    expect(compiled.flatMap(([, bytes]) => tree(read(bytes).root!))).toEqual(dumpedTree(dump));
  });

  it.each(bundles)('finds package, versions and permissions of $apk', ({ spec, apk, permissions }) => {
    const path = join(npmPackage(spec), 'apks', apk);
    const { 'AndroidManifest.xml': bytes } = unzipSync(readFileSync(path));
    const { root } = read(bytes!);
    const text = (element: XmlElement, name: string) => String(attribute(element, name)?.value ?? '');
    const named = (name: string) => root!.children.filter((each) => each.name === name);

    const badging = aapt('badging', path);
    const field = (pattern: RegExp) => pattern.exec(badging)?.[1];
    expect(text(root!, 'package')).toBe(field(/^package: name='([^']*)'/));
    expect(text(root!, 'versionCode')).toBe(field(/versionCode='([^']*)'/));
    expect(text(root!, 'versionName')).toBe(field(/versionName='([^']*)'/));
    expect(text(root!, 'compileSdkVersion')).toBe(field(/compileSdkVersion='([^']*)'/));
    expect(text(named('uses-sdk')[0]!, 'minSdkVersion')).toBe(field(/^sdkVersion:'([^']*)'/m));
    expect(text(named('uses-sdk')[0]!, 'targetSdkVersion')).toBe(field(/^targetSdkVersion:'([^']*)'/m));

    const listed = [...aapt('permissions', path).matchAll(/^uses-permission: name='([^']*)'/gm)].map(
      ([, name]) => name,
    );
    const found = named('uses-permission').map((each) => text(each, 'name'));
    expect(found).toEqual(listed);
    expect(found).toHaveLength(permissions);
  });

  it.each(['utf-8', 'utf-16'] as const)('builds %s documents that aapt reads', (encoding) => {
    const children = Object.keys(androidAttribute).map((name, i) => ({
      name: 'meta-data',
      attributes: {
        [`android:${name}`]: i % 3 === 0 ? `text ${name}` : i % 3 === 1 ? i : { reference: 0x7f010000 + i },
      },
    }));
    const bytes = buildBinaryXml(
      {
        name: 'manifest',
        attributes: { 'android:versionCode': 7, 'android:versionName': 'ä€"\\', package: 'io.x' },
        children: [
          { name: 'uses-permission', attributes: { 'android:name': 'android.permission.RECORD_AUDIO' } },
          { name: 'application', attributes: { 'android:debuggable': true, 'android:hasCode': false }, children },
        ],
      },
      { encoding },
    );
    const path = join(folder, `${encoding}.apk`);
    writeFileSync(path, zipSync({ 'AndroidManifest.xml': [bytes, { level: 0 }] }));
    expect(dumpedTree(aapt('xmltree', path, 'AndroidManifest.xml'))).toEqual(tree(read(bytes).root!));
    expect(aapt('permissions', path)).toContain("uses-permission: name='android.permission.RECORD_AUDIO'");
  });

  it('builds tampered documents that aapt still reads', () => {
    const description = {
      name: 'manifest',
      attributes: { 'android:versionCode': 7, package: 'io.x' },
      children: [{ name: 'uses-permission', attributes: { 'android:name': 'a.b' } }],
    };
    const junk = Uint8Array.from([0x77, 0x77, 8, 0, 8, 0, 0, 0]);
    for (const [i, options] of [{ attributeSize: 24 }, { blankNames: true }, { extra: [junk] }].entries()) {
      const path = join(folder, `tampered-${i}.apk`);
      const bytes = buildBinaryXml(description, options);
      writeFileSync(path, zipSync({ 'AndroidManifest.xml': [bytes, { level: 0 }] }));
      const { root } = readBinaryXml(bytes, defaultBudgets);
      expect(attribute(root!.children[0]!, 'name')?.value).toBe('a.b');
      expect(aapt('permissions', path)).toBe("package: io.x\nuses-permission: name='a.b'\n");
    }
  });
});
