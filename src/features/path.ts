import { entryName, meaning } from '../formats/passage.ts';
import type { Scene } from '../inventory/facts.ts';
import type { Collector } from './collector.ts';
import type { ContentKind } from './kinds/index.ts';

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
 * Whether the system loads this entry as code, and content of that kind is none to it: what stands there and is no code
 * hides what it is.
 */
export function isLoadedInVain(path: string, kind: ContentKind, scene: Scene): boolean {
  if (scene.platform === 'android') return !kind.isCode && isLoaded(path, scene);
  // A static library that was copied along as if it were a framework is not loaded, and is read like one that is.
  const isCopied = kind.isNative && kind.platform === null && path.includes('.framework/');
  return kind.platform !== 'ios' && !isCopied && isLoaded(path, scene);
}

/** Whether the system looks for code under this path: the one place that asks for it. */
function isLoaded(path: string, { platform, root, executables }: Scene): boolean {
  if (executables.has(path)) return true;
  if (!path.startsWith(root)) return false;
  const local = path.slice(root.length);
  if (platform === 'android')
    return /^classes\d*\.dex$/.test(local) || (local.startsWith('lib/') && local.endsWith('.so'));
  return local.endsWith('.dylib') || frameworkOf(local) !== null;
}

/** `X.framework` where the entry is that framework's binary: the file of the folder's own name. */
function frameworkOf(path: string): string | null {
  if (!path.includes('.framework/')) return null;
  const match = /(?:^|\/)([^/]+)\.framework\/(?:Versions\/[^/]+\/)?([^/]+)$/.exec(path);
  return match && match[1] === match[2] ? `${match[1]}.framework` : null;
}
