import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAddresses, loadRules } from '../../src/index.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { buildDex } from '../build/dex.ts';
import { buildZip } from '../build/zip.ts';
import { folder, type } from './terminal.ts';

const here = folder();
const at = here.path;
afterAll(here.remove);
const pipe = (name: string) => execFileSync('mkfifo', [at(name)]);

const apk = at('plain.apk');
beforeAll(() => {
  const manifest = buildBinaryXml({
    name: 'manifest',
    attributes: { package: 'org.a' },
    children: [{ name: 'application' }],
  });
  const code = { name: 'classes.dex', data: buildDex({ classes: [{ name: 'org.a.Main' }] }) };
  writeFileSync(apk, buildZip([{ name: 'AndroidManifest.xml', data: manifest }, code]));
  writeFileSync(at('context.json'), '{}');
  writeFileSync(at('waivers.json'), '{ "waivers": [] }');
  symlinkSync(at('context.json'), at('link'));
  pipe('pipe');
  writeFileSync(at('large'), '');
  truncateSync(at('large'), 3 * 2 ** 30);
});

describe.each(['--context', '--waivers', '--addresses'])('%s takes a regular file of a bounded size', (option) => {
  it.each([
    ['pipe', /pipe: not a regular file/],
    ['link', /link: a symbolic link; name the file that it leads to/],
    ['large', /large: 3221225472 bytes; at most \d+ are read/],
    ['.', /: not a regular file/],
  ])('and not %s, which is named', async (name, message) => {
    const { code, stdout, stderr } = await type(['scan', apk, option, at(name)]);
    expect([code, stdout]).toEqual([66, '']);
    expect(stderr).toMatch(message);
  });
});

it('a device is not opened as a report', async () => {
  const { code, stderr } = await type(['explain', 'agora', '--report', '/dev/zero']);
  expect([code, stderr]).toEqual([66, 'waybill: /dev/zero: not a regular file; copy what it holds into one\n']);
});

it('a thousand waivers that meet nothing are named in part and counted', async () => {
  const waivers = Array.from({ length: 1000 }, (_, i) => {
    return { finding: `a/${i}`, reason: 'because we can', by: 'me', expires: '2099-01-01' };
  });
  writeFileSync(at('many.json'), JSON.stringify({ waivers }));
  const { code, stderr } = await type(['scan', apk, '--waivers', at('many.json')]);
  expect(code).toBe(0);
  expect(stderr.match(/waiver/g)).toHaveLength(21);
  expect(stderr).toContain('and so with 980 more waivers');
});

const vendor = (id: string) => ({
  id,
  name: 'Acme',
  sites: ['vendor.example'],
  entities: [
    {
      name: 'Acme BV',
      role: 'incorporated',
      country: 'NL',
      source: { how: 'document', url: 'https://vendor.example/', seen: '2026-01-01' },
    },
  ],
});

describe('a rule pack', () => {
  let count = 0;
  const pack = () => {
    const root = `pack-${++count}`;
    const put = (path: string, text: string) => {
      mkdirSync(dirname(at(`${root}/${path}`)), { recursive: true });
      writeFileSync(at(`${root}/${path}`), text);
    };
    put('vendors/acme.json', JSON.stringify(vendor('acme')));
    return { root: at(root), put, path: (path: string) => at(`${root}/${path}`) };
  };
  const check = (root: string) => type(['rules', 'check', root]);

  it('with a link that leads out of it is refused, by the name of the link', async () => {
    const { root, path } = pack();
    symlinkSync('/etc/passwd', path('vendors/passwd.json'));
    const { code, stdout } = await check(root);
    expect(code).toBe(69);
    expect(stdout).toBe(
      `${root}/vendors/passwd.json: (whole file): a link that leads out of the pack is not followed: put the file itself here\n`,
    );
    expect(() => loadRules(root)).toThrow('vendors/passwd.json');
  });

  it('may hold a link to a file of its own', async () => {
    const { root, put, path } = pack();
    put('shared/other.json', JSON.stringify(vendor('other')));
    symlinkSync('../shared/other.json', path('vendors/other.json'));
    expect(loadRules(root).vendors.has('other')).toBe(true);
  });

  it('with folders that lead round or away is read once, and the links are said', async () => {
    const { root, path } = pack();
    symlinkSync('..', path('vendors/round'));
    symlinkSync('.', path('self'));
    const { code, stderr } = await check(root);
    expect(code).toBe(0);
    for (const name of ['vendors/round', 'self']) expect(stderr).toContain(`${name}: (whole file): a link to a folder`);
    expect(loadRules(root).vendors.has('acme')).toBe(true);
    // Here rules would be lost.
    symlinkSync(path('vendors'), path('sdks'));
    expect((await check(root)).stdout).toContain(`${root}/sdks: (whole file): a link to a folder is not followed`);
    expect(() => loadRules(root)).toThrow(`${root}/sdks`);
  });

  it.each([
    ['a pipe', (path: string) => execFileSync('mkfifo', [path]), 'not a regular file'],
    ['a link that leads nowhere', (path: string) => symlinkSync('nowhere', path), 'a link that leads nowhere'],
    [
      'a file of a terabyte',
      (path: string) => {
        writeFileSync(path, '');
        truncateSync(path, 2 ** 40);
      },
      '1099511627776 bytes; at most 1048576 are read',
    ],
  ])('with %s is refused by its name', async (_, make, message) => {
    const { root, path } = pack();
    make(path('vendors/bad.json'));
    const { code, stdout } = await check(root);
    expect(code).toBe(69);
    expect(stdout).toContain(`vendors/bad.json: (whole file): ${message}`);
  });

  it.each([
    ['deep', '['.repeat(400_000)],
    ['deep and whole', `${'['.repeat(400_000)}${']'.repeat(400_000)}`],
    ['deep in a field', `{"id":"bad","name":${'['.repeat(400_000)}${']'.repeat(400_000)}}`],
    ['of the prototype', '{"__proto__":{"id":"bad"},"constructor":1,"id":"bad"}'],
    ['with a schema of the prototype', '{"$schema":"x","__proto__":{"entities":[]},"id":"bad","name":"x"}'],
  ])('with a file that is %s is refused by its name', async (_, text) => {
    const { root, put } = pack();
    put('vendors/bad.json', text);
    const { code, stdout } = await check(root);
    expect(code).toBe(69);
    expect(stdout).toMatch(/^\S*vendors\/bad\.json: /);
  });
});

it('an address database is no pipe for whoever calls the library either', async () => {
  rmSync(at('pipe'));
  pipe('pipe');
  await expect(loadAddresses(at('pipe'))).rejects.toMatchObject({ code: 'unreadable' });
});
