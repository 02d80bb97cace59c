import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { finished } from '../../src/allowance.ts';
import { hermesStrings, openHermes } from '../../src/formats/hermes/index.ts';
import { root } from '../real/corpus.ts';

/** The compiler of a release; of its package, which is large, nothing else is kept. */
export function compilerOf(spec: string): string {
  const kept = join(root(), '.cache', 'hermesc', spec);
  if (!existsSync(kept)) {
    const partial = mkdtempSync(join(tmpdir(), 'waybill-hermesc-'));
    execFileSync('npm', ['pack', spec, '--silent', '--pack-destination', partial], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const tarball = readdirSync(partial).find((name) => name.endsWith('.tgz'))!;
    execFileSync('tar', ['-xzf', join(partial, tarball), '-C', partial, '--wildcards', '*linux64-bin/*']);
    const found = readdirSync(partial, { recursive: true }) as string[];
    const compiler =
      found.find((name) => /linux64-bin\/hermesc$/.test(name)) ?? found.find((name) => name.endsWith('/hermes'))!;
    mkdirSync(join(root(), '.cache', 'hermesc'), { recursive: true });
    renameSync(join(partial, compiler), kept);
    rmSync(partial, { recursive: true });
  }
  return kept;
}

/** Strings as the compiler's own disassembler lists them: `s3[UTF-16, 668..697]: …`, places in bytes of the storage. */
export function listed(compiler: string, bytes: Uint8Array): { count: number; strings: Map<number, string> } {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-hermes-'));
  const file = join(folder, 'listed.hbc');
  writeFileSync(file, bytes);
  const text = execFileSync(compiler, ['-b', '-dump-bytecode', file], { maxBuffer: 1 << 28 }).toString('latin1');
  rmSync(folder, { recursive: true });
  const lines = text.matchAll(/^[a-z](\d+)\[(ASCII|UTF-16), (\d+)\.\.(-?\d+)\]/gm);
  const strings = new Map(
    [...lines].map(([, i, as, from, to]) => [Number(i), `${as} ${from}+${Number(to) - Number(from) + 1}`]),
  );
  return { count: Number(/String count: (\d+)/.exec(text)![1]), strings };
}

export function read(bytes: Uint8Array): string[] {
  const file = openHermes(bytes);
  const { offsets, lengths, wide, problems } = finished(hermesStrings(bytes, file));
  expect(problems).toEqual([]);
  return Array.from(
    offsets,
    (from, i) => `${wide[i] ? 'UTF-16' : 'ASCII'} ${from - file.storage.offset}+${lengths[i]}`,
  );
}
