import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { isInstalled } from '../build/installed.ts';
import { renameWhole, root } from './corpus.ts';

const cache = join(root(), '.cache');
const copyGoal = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy';
/** Converts Java 8 classes; the last release of dx that anyone published. */
const dx = {
  artifact: 'com.jakewharton.android.repackaged:dalvik-dx:9.0.0_r3',
  sha256: 'b29c1c21e52ed6238cd3fed39d880a17ecf2360118604548cea8821be6801e1c',
};

/** Whether java and mvn are installed; says so loudly where they are not. */
export function hasJava(): boolean {
  const missing = ['java', 'mvn'].filter((tool) => !isInstalled(tool));
  if (missing.length === 0) return true;
  console.warn(`SKIPPED: ${missing.join(' and ')} not installed (Debian packages default-jre-headless, maven)`);
  return false;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The path of one artifact of Maven Central (`group:artifact:version[:type]`), copied into the cache once. */
export function mavenArtifact(artifact: string): string {
  const [, name = '', version = '', type = 'jar'] = artifact.split(':');
  const file = join(cache, 'maven', `${name}-${version}.${type}`);
  if (!existsSync(file)) {
    const folder = join(cache, 'maven', `partial-${process.pid}`);
    execFileSync('mvn', ['-q', '-B', copyGoal, `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    renameSync(join(folder, basename(file)), file);
  }
  return file;
}

/** The path of a jar inside an AAR of Maven Central. */
export function jarInside(artifact: string, path: string): string {
  const jar = join(cache, 'jars', `${sha256(new TextEncoder().encode(`${artifact} ${path}`)).slice(0, 16)}.jar`);
  if (!existsSync(jar)) {
    const files = unzipSync(readFileSync(mavenArtifact(artifact)), { filter: ({ name }) => name === path });
    mkdirSync(dirname(jar), { recursive: true });
    const partial = `${jar}-${process.pid}`;
    writeFileSync(partial, files[path]!);
    renameSync(partial, jar);
  }
  return jar;
}

/**
 * A file of a public git repository that was put into the cache by hand: there is no client that fetches one file at one
 * commit from everywhere. Null, with a loud line, where nobody did.
 * @param spec `owner/name@commit`
 */
export function gitFile(spec: string, path: string): string | null {
  const file = join(cache, 'git', spec.replace('/', '+'), path);
  if (existsSync(file)) return file;
  console.warn(`SKIPPED: ${path} of ${spec} is not at ${file} (git show <commit>:<path>)`);
  return null;
}

/**
 * The DEX that dx makes of a jar, as app builds did until 2018. Converted once.
 * @param minSdk 13 gives DEX 035 and Java 7; 26 gives DEX 038 and takes lambdas
 */
export function dexFromJar(jar: string, minSdk: 13 | 26): Uint8Array {
  const bytes = readFileSync(jar);
  const file = join(cache, 'dx', `${sha256(bytes)}-${minSdk}.dex`);
  if (!existsSync(file)) {
    const tool = mavenArtifact(dx.artifact);
    const seen = sha256(readFileSync(tool));
    if (seen !== dx.sha256) throw new Error(`${dx.artifact}: sha256 ${seen}, pinned ${dx.sha256}`);
    mkdirSync(dirname(file), { recursive: true });
    const partial = file.replace(/\.dex$/, `-${process.pid}.dex`);
    const options = ['--dex', `--min-sdk-version=${minSdk}`, `--output=${partial}`, jar];
    execFileSync('java', ['-cp', tool, 'com.android.dx.command.Main', ...options], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    renameSync(partial, file);
  }
  return readFileSync(file);
}

/** As Maven Central has served it; it converts what javac writes today. */
const r8 = {
  artifact: 'com.android.tools:r8:9.5.28',
  sha256: '38a9ffaaebbd17d1514e3ecbff5a85b989bb13c551b9e224c7409514eea84ff5',
};

/** A fixed release of r8.jar, which holds D8 as well. */
export function r8Jar(): string {
  const tool = mavenArtifact(r8.artifact);
  const seen = sha256(readFileSync(tool));
  if (seen !== r8.sha256) throw new Error(`${r8.artifact}: sha256 ${seen}, pinned ${r8.sha256}`);
  return tool;
}

/** The DEX files that D8 makes of a jar for Android 9, with lambdas left as `invoke-custom`. Converted once. */
export function dexesByD8(jar: string): Uint8Array[] {
  const folder = join(cache, 'd8', sha256(readFileSync(jar)));
  if (!existsSync(folder)) {
    const partial = `${folder}-${process.pid}`;
    mkdirSync(partial, { recursive: true });
    const options = ['--release', '--no-desugaring', '--min-api', '28', '--output', partial, jar];
    execFileSync('java', ['-cp', r8Jar(), 'com.android.tools.r8.D8', ...options], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    renameWhole(partial, folder);
  }
  return readdirSync(folder)
    .filter((name) => name.endsWith('.dex'))
    .map((name) => readFileSync(join(folder, name)));
}
