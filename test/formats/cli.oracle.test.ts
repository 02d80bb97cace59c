import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type NameAt, openAssembly, type TypeName } from '../../src/formats/cli/index.ts';
import { buildAssembly } from '../build/assembly.ts';

/** Mono's disassembler and compiler (Debian: mono-utils, mono-mcs). */
const isThere = (tool: string) => spawnSync(tool, ['--help']).error === undefined;
const missing = ['monodis', 'mcs'].filter((tool) => !isThere(tool));
if (missing.length > 0) console.warn(`SKIPPED: ${missing.join(', ')} missing, assemblies are not compared`);

const folder = mkdtempSync(join(tmpdir(), 'waybill-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const source = `
using System.Runtime.InteropServices;
[assembly: System.Reflection.AssemblyVersion("7.6.5.4")]
namespace Android.Runtime { class RegisterAttribute : System.Attribute { public RegisterAttribute(string name, bool b) {} } }
namespace IO.Agora {
  [Android.Runtime.Register("io/agora/rtc/RtcEngine", true)]
  public class Engine { public class Inner {} [DllImport("agora-rtc")] static extern void Join(string room); }
  public interface IHandler<T> { T Take(System.Uri uri); }
}
class Bare { static string Url = "https://api.agora.io/"; }
`;

const monodis = (table: string, path: string): string =>
  spawnSync('monodis', [`--${table}`, path], { maxBuffer: 1 << 28 }).stdout.toString('latin1');

/** What the two say of one assembly. Names of types in other types are the disassembler's own: those are compared by number. */
function compare(path: string): void {
  const bytes = readFileSync(path);
  const assembly = openAssembly(bytes)!;
  const text = ({ start, end }: NameAt) => bytes.subarray(start, end).toString('latin1');
  const full = ({ namespace, name }: TypeName) =>
    (namespace.end > namespace.start ? `${text(namespace)}.` : '') + text(name);
  const said = monodis('assembly', path);
  expect([text(assembly.name!), assembly.name!.version]).toEqual([
    /^Name: +(.*)$/m.exec(said)?.[1],
    /^Version: +(.*)$/m.exec(said)?.[1],
  ]);
  const references = [...monodis('assemblyref', path).matchAll(/^\d+: Version=(.*)\n\tName=(.*)$/gm)];
  expect([...assembly.references].map((name) => [name.version, text(name)])).toEqual(
    references.map(([, ...said]) => said),
  );
  const modules = [...monodis('moduleref', path).matchAll(/^\d+: (.*)$/gm)].map(([, name]) => name);
  expect([...assembly.nativeLibraries].map(text)).toEqual(modules);
  // The first type stands for the module. Flags: 2 and more of the lowest three bits are inside of another type.
  const types = [...monodis('typedef', path).matchAll(/^\d+: (.*) \(flist=.*flags=0x([0-9a-f]+),/gm)]
    .slice(1)
    .flatMap(([, name, flags]) => ((Number.parseInt(flags!, 16) & 7) < 2 ? [name] : []));
  expect([...assembly.types].slice(1).map(full)).toEqual(types);
  const typeReferences = [...monodis('typeref', path).matchAll(/^\d+: (?:\[.*?\])?(.*)$/gm)].map(([, name]) => name!);
  const own = [...assembly.typeReferences].map(full);
  expect(own.length).toBe(typeReferences.length);
  // A type inside of another is told there with the other before it.
  expect(own.filter((name, i) => name !== typeReferences[i] && !typeReferences[i]!.endsWith(`/${name}`))).toEqual([]);
  expect(assembly.isOverdrawn).toBe(false);
}

describe.skipIf(missing.length > 0)('assemblies as Mono reads them', () => {
  it('of its own library', () => {
    const library = '/usr/lib/mono/4.5';
    const names = readdirSync(library).filter((name) => name.endsWith('.dll'));
    expect(names).toContain('mscorlib.dll');
    for (const name of names) compare(join(library, name));
  });

  it('that its compiler makes', () => {
    const path = join(folder, 'made.dll');
    writeFileSync(join(folder, 'made.cs'), source);
    expect(spawnSync('mcs', ['-target:library', `-out:${path}`, join(folder, 'made.cs')]).status).toBe(0);
    compare(path);
    const bytes = readFileSync(path);
    const registered = [...openAssembly(bytes)!.registered].map(({ start, end }) =>
      bytes.subarray(start, end).toString(),
    );
    expect(registered).toEqual(['io/agora/rtc/RtcEngine']);
  });

  it.each([{}, { wide: true }, { plus: true }])('that the tests build: %j', (form) => {
    const path = join(folder, 'built.dll');
    const types = [{ name: 'A.B', registered: 'a/B' }, { name: 'C' }];
    writeFileSync(
      path,
      buildAssembly({ name: 'Built', types, references: [{ name: 'mscorlib' }], modules: ['x'], ...form }),
    );
    compare(path);
  });
});
