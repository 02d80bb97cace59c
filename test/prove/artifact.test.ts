import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, expect, it } from 'vitest';
import { Artifacts } from './artifact.ts';

const folder = mkdtempSync(join(tmpdir(), 'waybill-prove-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const inner = Buffer.from('a class');
const jar = Buffer.from(zipSync({ 'a/B.class': inner }));

/** A repository of one commit at a path below the folder. */
function repository(path: string): string {
  const cwd = join(folder, path);
  mkdirSync(cwd, { recursive: true });
  const git = (...argv: string[]) =>
    execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.com', ...argv], { cwd, encoding: 'utf8' });
  git('init', '-q');
  writeFileSync(join(cwd, 'a.jar'), jar);
  git('add', '.');
  git('commit', '-qm', 'x');
  return git('rev-parse', 'HEAD').trim();
}

it('reads a file of a repository, and what stands in it, by the digest of either', () => {
  const commit = repository('from/owner+name');
  const artifacts = new Artifacts(join(folder, 'from'));
  const read = (path: string, digest: string) => artifacts.read(`git:owner/name@${commit}/${path}`, digest);
  expect(read('a.jar', sha256(jar))).toEqual({ bytes: jar });
  for (const digest of [sha256(jar), sha256(inner)]) {
    expect(Buffer.from((read('a.jar!a/B.class', digest) as { bytes: Uint8Array }).bytes)).toEqual(inner);
  }
  expect(read('a.jar', '0'.repeat(64))).toMatchObject({ problem: 'wrong', why: `sha256 is ${sha256(jar)}` });
  expect(read('a.jar!a/C.class', sha256(jar))).toMatchObject({ problem: 'wrong' });
  // A snapshot lacks large files.
  expect(read('b.jar', sha256(jar))).toMatchObject({ problem: 'not to be had' });
});

it('another commit, another repository and none are not to be had', () => {
  const commit = repository('more/owner+name');
  const path = (owner: string, id: string) => `git:${owner}/name@${id}/a.jar`;
  const artifacts = new Artifacts(join(folder, 'more'));
  const missing = { problem: 'not to be had' };
  expect(artifacts.read(path('owner', '0'.repeat(40)), sha256(jar))).toMatchObject(missing);
  expect(artifacts.read(path('other', commit), sha256(jar))).toMatchObject(missing);
  expect(new Artifacts(null).read(path('owner', commit), sha256(jar))).toMatchObject(missing);
});

it('a repository around the directory is none of it', () => {
  const commit = repository('around');
  mkdirSync(join(folder, 'around/from/owner+name'), { recursive: true });
  const artifacts = new Artifacts(join(folder, 'around/from'));
  expect(artifacts.read(`git:owner/name@${commit}/a.jar`, sha256(jar))).toMatchObject({ problem: 'not to be had' });
});
