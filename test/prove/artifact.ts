import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { unzipSync } from 'fflate';
import { npmPackage } from '../real/corpus.ts';
import { mavenArtifact } from '../real/maven.ts';

/** A file as rules cite it, or why there is none here. */
export type Cited =
  | { readonly bytes: Uint8Array }
  | { readonly problem: 'not to be had' | 'wrong'; readonly why: string };

const forms = [
  /^(?<from>npm):(?<name>(?:@[^/]+\/)?[^/@]+@[^/]+)\/(?<path>.+)$/,
  /^(?<from>maven):(?<name>[^:]+:[^:]+:[^:!]+)!(?<path>.+)$/,
  /^(?<from>git):(?<name>[^/]+\/[^/@]+@[0-9a-f]{40})\/(?<path>.+)$/,
];

/** What an Android library holds; all else of Maven is a jar. */
const inAar = /^(?:jni|libs|assets|res)\/|^(?:classes\.jar|AndroidManifest\.xml)(?:!|$)/;

/** What reads a whole package or repository: how to get the file of a path in it. */
type Package = (path: string) => Uint8Array | null;

interface Opened {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/** Gets each package, and each file in it, once; one package at a time is kept. */
export class Artifacts {
  readonly #from: string | null;
  #id = '';
  #package: Package | string = '';
  readonly #opened = new Map<string, Opened | null>();

  /** @param from directory with checkouts or bare repositories; null: git ones are not to be had */
  constructor(from: string | null) {
    this.#from = from;
  }

  /** @param sha256 of the file, or of one of the archives that it stands in */
  read(artifact: string, sha256: string): Cited {
    const { from = '', name = '', path = '' } = forms.map((form) => form.exec(artifact)?.groups).find(Boolean) ?? {};
    if (this.#id !== `${from}:${name}`) {
      this.#id = `${from}:${name}`;
      this.#opened.clear();
      this.#package = this.#open(from, name, path);
    }
    const source = this.#package;
    if (typeof source === 'string') return { problem: 'not to be had', why: source };
    // An artifact of Maven is one archive, whose own digest a rule may cite.
    const steps = [...(from === 'maven' ? [name] : []), ...path.split('!')];
    const digests: string[] = [];
    let file: Opened | null = null;
    for (const [i, step] of steps.entries()) {
      const outer = file?.bytes;
      file = this.#once(steps.slice(0, i + 1).join('!'), () => (outer ? member(outer, step) : source(step)));
      // A snapshot of a repository may lack large files; a published package is whole.
      if (!file) return { problem: from === 'git' && i === 0 ? 'not to be had' : 'wrong', why: `there is no ${step}` };
      digests.push(file.sha256);
    }
    if (file && digests.includes(sha256)) return { bytes: file.bytes };
    return { problem: 'wrong', why: `sha256 is ${digests.join(', of what is in it ')}` };
  }

  #once(path: string, get: () => Uint8Array | null): Opened | null {
    let opened = this.#opened.get(path);
    if (opened === undefined) {
      const bytes = get();
      opened = bytes && { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
      this.#opened.set(path, opened);
    }
    return opened;
  }

  /** A text is the reason why there is none. */
  #open(from: string, name: string, path: string): Package | string {
    try {
      if (from === 'npm') return inFolder(npmPackage(name));
      if (from === 'maven') {
        const file = mavenArtifact(`${name}:${inAar.test(path) ? 'aar' : 'jar'}`);
        return () => readFileSync(file);
      }
    } catch (error) {
      return (error as Error).message.trim().split('\n').slice(0, 2).join(' ');
    }
    if (from !== 'git') return 'no form that rules check knows';
    return this.#from === null ? 'a git repository: --from DIR' : inRepository(this.#from, name);
  }
}

function member(archive: Uint8Array, path: string): Uint8Array | null {
  return unzipSync(archive, { filter: (entry) => entry.name === path })[path] ?? null;
}

const inFolder =
  (folder: string): Package =>
  (path) =>
    existsSync(join(folder, path)) ? readFileSync(join(folder, path)) : null;

/** @param name `owner/repo@commit` */
function inRepository(directory: string, name: string): Package | string {
  const [repository = '', commit = ''] = name.split('@');
  const places = [repository, repository.replace('/', '+'), basename(repository)].flatMap((place) => [
    join(directory, place),
    join(directory, place, 'repo'),
  ]);
  const git = (cwd: string, ...argv: string[]) =>
    execFileSync('git', argv, {
      cwd,
      // What lies above the directory is no repository of it, and nothing is fetched that a partial clone lacks.
      env: { ...process.env, GIT_CEILING_DIRECTORIES: realpathSync(directory), GIT_NO_LAZY_FETCH: '1' },
      maxBuffer: 2 ** 30,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  for (const place of places.filter(existsSync)) {
    try {
      git(place, 'cat-file', '-e', `${commit}^{commit}`);
    } catch {
      continue;
    }
    return (path) => {
      try {
        return git(place, 'cat-file', 'blob', `${commit}:${path}`);
      } catch {
        return null;
      }
    };
  }
  return `${repository} at ${commit} is not in ${directory}`;
}
