import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { npmPackage } from '../real/corpus.ts';
import { mavenArtifact } from '../real/maven.ts';

type Named = readonly [path: string, bytes: Uint8Array];

/** Gets what a release is made of: packages by their clients, files of git repositories out of a directory of them. */
export class Sources {
  readonly #from: string | null;

  /** @param from directory with repositories named `owner+repo`, also bare or in `repo`; null: none is to be had */
  constructor(from: string | null) {
    this.#from = from;
  }

  /** @throws where it is not to be had: the message says why */
  files(spec: string): Named[] {
    const [, kind = '', rest = ''] = /^(\w+):(.*)$/.exec(spec) ?? [];
    if (kind === 'maven') {
      const file = mavenArtifact(rest);
      return [[file, readFileSync(file)]];
    }
    if (kind === 'npm') {
      const [, name = '', path = ''] = /^((?:@[^/]+\/)?[^/@]+@[^/]+)\/?(.*)$/.exec(rest) ?? [];
      return under(join(npmPackage(name), path));
    }
    const [, repository = '', commit = '', path = ''] = /^([^@]+)@([0-9a-f]+)\/(.*)$/.exec(rest) ?? [];
    return this.#inRepository(repository.replace('/', '+'), commit, path);
  }

  #inRepository(name: string, commit: string, path: string): Named[] {
    if (this.#from === null) throw new Error('in a git repository: --from DIR');
    const folder = [`${name}/repo`, name].map((each) => join(this.#from ?? '', each)).find(existsSync);
    if (!folder) throw new Error(`${name} is not in the directory of repositories`);
    const git = (...argv: string[]) =>
      execFileSync('git', ['-C', folder, ...argv], {
        env: { ...process.env, GIT_NO_LAZY_FETCH: '1' },
        maxBuffer: 2 ** 30,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    const paths = git('ls-tree', '-r', '-z', '--name-only', commit, '--', path).toString().split('\0').filter(Boolean);
    if (paths.length === 0) throw new Error(`${path} is not in ${name}`);
    return paths.map((each) => [each, git('cat-file', 'blob', `${commit}:${each}`)] as const);
  }
}

function under(path: string): Named[] {
  if (!statSync(path).isDirectory()) return [[path, readFileSync(path)]];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .map((file) => [file, readFileSync(file)] as const);
}
