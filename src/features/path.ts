import { entryName, meaning } from '../formats/passage.ts';
import type { Scene } from '../inventory/facts.ts';
import type { Collector } from './collector.ts';

/** Hands over what the path of an entry says: its name, the library or framework it is, the class a .class file holds. */
export function matchName(path: string, scene: Scene, into: Collector): void {
  const inner = path.slice(path.lastIndexOf('!') + 1);
  const local = inner.startsWith(scene.root) ? inner.slice(scene.root.length) : inner;
  const seen = () => entryName(path);
  into.facts.name('file', local, 'defined', null, seen);
  const file = local.slice(local.lastIndexOf('/') + 1);
  if (file.endsWith('.class')) {
    const name = local.slice(0, -'.class'.length).replaceAll('/', '.');
    into.className = name;
    into.facts.name('class', name, 'defined', null, () => meaning(entryName(path), name));
    return;
  }
  const framework = frameworkOf(local);
  const library = framework ?? (/\.so(\.|$)|\.dylib$/.test(file) ? file : null);
  if (library) into.facts.name('library', library, 'defined', null, seen);
  if (path === scene.executable) into.native = { kind: 'library', name: file, main: true };
  else if (framework) into.native = { kind: 'framework', name: framework, main: false };
  else if (library) into.native = { kind: 'library', name: library, main: false };
}

/**
 * Whether the system loads this entry as code by its name and place, and content of that format is none to it:
 * `classes2.dex`, a library under `lib/<abi>/`, the executable of an app, framework or extension. What stands there and
 * is no code hides what it is.
 */
export function isLoadedInVain(path: string, format: string, scene: Scene): boolean {
  if (scene.platform === 'android') {
    return !androidCode.has(format) && /^classes\d*\.dex$|^lib\/[^/]+\/[^/]+\.so$/.test(path);
  }
  if (format === 'macho') return false;
  const isFramework = path.startsWith(scene.root) && frameworkOf(path.slice(scene.root.length)) !== null;
  // A static library that was copied along as if it were a framework is not loaded, and is read like one that is.
  if (format === 'ar' && (isFramework || (scene.executables.has(path) && path.includes('.framework/')))) return false;
  return isFramework || scene.executables.has(path);
}

const androidCode: ReadonlySet<string> = new Set(['elf', 'macho', 'ar', 'dex', 'class', 'zip']);

/** `X.framework` where the entry is that framework's binary: the file of the folder's own name. */
function frameworkOf(path: string): string | null {
  if (!path.includes('.framework/')) return null;
  const match = /(?:^|\/)([^/]+)\.framework\/(?:Versions\/[^/]+\/)?([^/]+)$/.exec(path);
  return match && match[1] === match[2] ? `${match[1]}.framework` : null;
}
