import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ReadError } from '../src/errors.ts';
import { loadRules, type Report, render, type ScanOptions, scan, verify } from '../src/index.ts';
import { nodeRuntime } from '../src/runtime/node.ts';
import type { ByteSource, Runtime } from '../src/runtime/runtime.ts';
import { scanWith } from '../src/scan.ts';
import { buildMachO } from './build/macho.ts';
import { buildPlist } from './build/plist.ts';
import { buildZip } from './build/zip.ts';

const root = mkdtempSync(join(tmpdir(), 'waybill-directory-'));
afterAll(() => rmSync(root, { recursive: true }));

const executable = buildMachO({ fileType: 'execute', platform: { name: 'ios', minos: '13.0' } });
const app = {
  'Info.plist': buildPlist({ CFBundleIdentifier: 'org.example', CFBundleExecutable: 'App' }, 'binary'),
  App: executable,
  'res/a.js': 'fetch("https://api.example.org/")',
};
let count = 0;
/** A fresh .app with these files. */
function folder(files: Readonly<Record<string, Uint8Array | string>> = app): string {
  const path = join(root, `${++count}.app`);
  for (const [name, data] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), data);
  }
  return path;
}
const gaps = (report: Report) =>
  report.coverage.filter((line) => line.matters && line.reason !== null).map((line) => `${line.reason} ${line.path}`);

describe('a directory', () => {
  it.each<[string, (path: string) => unknown, string[]]>([
    ['a link out of it', (path) => symlinkSync('/etc/passwd', join(path, 'x')), ['missing x']],
    ['a link to its parent', (path) => symlinkSync('../..', join(path, 'res/x')), ['missing res/x']],
    ['a link to nothing', (path) => symlinkSync('none', join(path, 'x')), ['missing x']],
    ['a link to itself', (path) => symlinkSync('x', join(path, 'x')), ['missing x']],
    ['a link to a file of it', (path) => symlinkSync('../App', join(path, 'res/x')), []],
    ['a link to its top', (path) => symlinkSync('..', join(path, 'res/x')), []],
    ['a FIFO', (path) => execFileSync('mkfifo', [join(path, 'x')]), ['unsupported x']],
    ['a socket', (path) => listen(join(path, 'x')), ['unsupported x']],
    ['no executable', (path) => rmSync(join(path, 'App')), ['missing App']],
    [
      'two names that are one on iOS',
      (path) => ['\u00e9', 'e\u0301'].map((n) => writeFileSync(join(path, n), 'a')),
      [],
    ],
  ])('with %s', async (_name, change, expected) => {
    const path = folder();
    await change(path);
    const report = await scan(path);
    expect(gaps(report)).toEqual(expected);
    expect(report.complete).toBe(expected.length === 0);
  });

  it('with names that are written out alike: the evidence of each is its own', async () => {
    const names = ['a\u200b.js', 'a\\u200b.js'];
    const path = folder({
      ...app,
      ...Object.fromEntries(names.map((name) => [name, 'fetch("https://a.agora.io/x")'])),
    });
    const report = await scan(path);
    const pieces = report.endpoints.find(({ host }) => host === 'a.agora.io')!.at;
    expect(new Set(pieces.map((piece) => piece.path)).size).toBe(2);
    for (const name of names) {
      writeFileSync(join(path, name), 'fetch("https://b.agora.io/x")');
      const { failures } = await verify(JSON.parse(render(report, 'json')), path);
      expect(failures.length).toBeGreaterThan(0);
      writeFileSync(join(path, name), 'fetch("https://a.agora.io/x")');
    }
    expect((await verify(JSON.parse(render(report, 'json')), path)).failures).toEqual([]);
  });

  it('whose Info.plist is a FIFO is an app all the same', async () => {
    const path = folder();
    rmSync(join(path, 'Info.plist'));
    execFileSync('mkfifo', [join(path, 'Info.plist')]);
    const report = await scan(path);
    expect([report.bundle.kind, report.complete]).toEqual(['app', false]);
    expect(gaps(report)).toContain('unsupported Info.plist');
  });

  it.each<[string, (path: string) => unknown]>([
    ['a link out of it', (path) => symlinkSync('/bin/sh', path)],
    ['a FIFO', (path) => execFileSync('mkfifo', [path])],
    ['a folder', (path) => mkdirSync(path)],
  ])('whose executable is %s has none', async (_name, make) => {
    const path = folder();
    rmSync(join(path, 'App'));
    make(join(path, 'App'));
    expect(gaps(await scan(path))).toContain('missing App');
  });

  it('has its links and special files said, whether they matter or not', async () => {
    const path = folder();
    symlinkSync('App', join(path, 'x'));
    const line = { path: 'x', format: 'link', state: 'skipped', matters: false };
    expect((await scan(path)).coverage).toContainEqual(expect.objectContaining(line));
  });

  it('is read where names are no UTF-8, each under a name of its own', async () => {
    const path = folder();
    for (const byte of [0xe8, 0xe9])
      writeFileSync(Buffer.concat([Buffer.from(`${path}/a`), Buffer.of(byte)]), app['res/a.js']);
    const report = await scan(path);
    expect(report.complete).toBe(true);
    expect(report.bundle.entries).toBe(5);
    expect(report.coverage.filter((line) => /UTF-8/.test(line.detail))).toHaveLength(1);
  });

  it('that holds more than the budget of entries is not complete, whatever the order of the file system', async () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`many/${i}`, 'a']));
    const report = await scan(folder({ ...app, ...many }), { budgets: { entries: 20 } });
    expect(gaps(report)).toEqual(['budget many']);
    expect(report.bundle.entries).toBe(3);
  });

  it('that goes too deep is listed so far', async () => {
    const report = await scan(folder({ ...app, [`${'d/'.repeat(400)}x`]: 'a' }));
    expect(gaps(report)).toEqual([expect.stringMatching(/^budget (d\/)+d$/)]);
  });

  it('with a file of a terabyte is over budget at once: of that file nothing is read', async () => {
    const path = folder({ ...app, big: '' });
    truncateSync(join(path, 'big'), 2 ** 40);
    let read = 0;
    const report = await scan(path, { onProgress: () => void read++ });
    expect(gaps(report)).toEqual(['budget big']);
    // It is told every 8 MiB; a terabyte would be 131,072 times.
    expect(read).toBeLessThan(100);
  });

  it('may be named by a link, as a file may', async () => {
    symlinkSync(folder(), join(root, 'link.app'));
    expect((await scan(join(root, 'link.app'))).complete).toBe(true);
    const entries = Object.entries(app).map(([name, data]) => ({ name: `Payload/A.app/${name}`, data }));
    writeFileSync(join(root, 'file.ipa'), buildZip(entries));
    symlinkSync('file.ipa', join(root, 'link.ipa'));
    expect((await scan(join(root, 'link.ipa'))).complete).toBe(true);
  });
});

it('a file of a terabyte is refused, by the name of the budget', async () => {
  const path = join(root, 'big.macho');
  writeFileSync(path, executable);
  truncateSync(path, 2 ** 40);
  await expect(scan(path)).rejects.toMatchObject({
    code: 'unreadable',
    message: expect.stringContaining('bundleBytes'),
  });
});

describe('what changes between the listing and the reading', () => {
  it.each<[string, (path: string) => unknown]>([
    ['goes away', () => {}],
    ['is a folder', (path) => mkdirSync(path)],
    ['is a FIFO, which nobody writes', (path) => execFileSync('mkfifo', [path])],
    ['is a link', (path) => symlinkSync('/etc/hosts', path)],
    ['is another file', (path) => writeFileSync(path, 'other')],
    [
      'stands behind a link',
      (path) => renameSync(dirname(path), `${dirname(path)}.old`) ?? symlinkSync('/etc', dirname(path)),
    ],
  ])('a file that %s is said, and the rest is read', async (_name, change) => {
    const path = folder({ ...app, 'odd/hosts': 'a' });
    const odd = join(path, 'odd/hosts');
    let calls = 0;
    const onProgress = () => {
      // The first comes before the folder is listed, the second behind.
      if (++calls !== 2) return;
      // Kept, or the new one may get its number.
      renameSync(odd, `${path}.kept`);
      change(odd);
    };
    const report = await scan(path, { onProgress });
    expect(calls).toBeGreaterThan(2);
    expect(gaps(report)).toContain('missing odd/hosts');
    expect(report.endpoints.map(({ host }) => host)).toContain('api.example.org');
  });

  it('a file that shrinks is partly read', async () => {
    const path = folder({ ...app, 'a.bin': Buffer.alloc(9_000_000, 'a') });
    const report = await scanThrough(path, {}, (name, source) => {
      if (name === 'a.bin') truncateSync(join(path, name), 5_000_000);
      return source;
    });
    expect(gaps(report)).toContain('malformed a.bin');
  });
});

describe('a disk that fails in the middle', () => {
  const failing = (source: ByteSource, from: number): ByteSource => ({
    ...source,
    readInto(into, offset) {
      if (offset + into.length > from) throw new ReadError('the file cannot be read (EIO)', offset);
      return source.readInto(into, offset);
    },
  });

  it('costs the file of a directory, in its entry and in the digest', async () => {
    const path = folder({ ...app, 'b.bin': Buffer.alloc(1_000_000, 'b') });
    const report = await scanThrough(path, {}, (name, source) =>
      name === 'b.bin' ? failing(source, 500_000) : source,
    );
    expect(gaps(report).filter((line) => line === 'missing b.bin')).toHaveLength(2);
    expect(report.coverage).toContainEqual(expect.objectContaining({ path: 'App', state: 'read' }));
    const plist = await scanThrough(path, {}, (name, source) => (name === 'Info.plist' ? failing(source, 0) : source));
    expect(gaps(plist)).toContain('missing Info.plist');
  });

  it('costs an entry of an archive and the digest of its rest; without a directory it cannot be read', async () => {
    const noise = new Uint8Array(300_000).map((_, i) => Math.imul(i + 1, 2654435761) >>> 13);
    const entries = Object.entries({ ...app, 'c.bin': noise }).map(([name, data]) => ({
      ...{ name: `Payload/A.app/${name}`, data },
      method: 0 as const,
    }));
    const path = join(root, 'failing.ipa');
    writeFileSync(path, buildZip([...entries, { name: 'z', data: noise, method: 0 }]));
    const at = 200_000;
    const report = await scanThrough(path, {}, (_name, source) => ({
      ...source,
      readInto(into, offset) {
        if (offset <= at && offset + into.length > at) throw new ReadError('the file cannot be read (EIO)', at);
        return source.readInto(into, offset);
      },
    }));
    expect(gaps(report)).toEqual(expect.arrayContaining(['missing Payload/A.app/c.bin', 'missing (the bundle)']));
    const none = scanThrough(path, {}, (_name, source) => ({
      ...failing(source, 0),
      read: () => {
        throw new ReadError('EIO', 0);
      },
    }));
    await expect(none).rejects.toMatchObject({ code: 'unreadable' });
  });
});

/** Scans with this machine's own platform, whose sources pass through a hand of ours. */
function scanThrough(path: string, options: ScanOptions, hand: (name: string, source: ByteSource) => ByteSource) {
  const platform: Runtime = {
    ...nodeRuntime,
    prefetcher: () => null,
    open(name, most) {
      const opened = nodeRuntime.open(name, most);
      if (opened.kind === 'file') return { ...opened, source: hand('', opened.source) };
      const files = opened.files.map((file) => ({ ...file, open: () => hand(file.path, file.open()) }));
      return { ...opened, files };
    },
  };
  return scanWith(platform, path, loadRules(), options);
}

/** A socket in the file system; its file stays while the server is open. */
function listen(path: string): Promise<void> {
  return new Promise((resolve) => createServer().listen(path, resolve).unref());
}
