import type { LibraryHit } from '../inventory/facts.ts';
import type { ContentFormat } from '../types.ts';
import { DartNotices, DartPackages, isDartCode, isNotices } from './dart-names.ts';
import { isScript, ScriptNames } from './script-names.ts';

/** Looks content through, as it comes by, for the packages that it names. */
export interface PackageNames {
  push(bytes: Uint8Array): void;
  /** The content has ended. */
  end(): readonly LibraryHit[];
  /** Whether there was more than is kept. */
  readonly isFull: boolean;
}

/** Who looks content of that format and path through; null where nothing there names packages. */
export function packageNames(format: ContentFormat, path: string): PackageNames | null {
  if (format === 'text' && isScript(path)) return new ScriptNames();
  if (format === 'text' && isNotices(path)) return new DartNotices();
  return (format === 'elf' || format === 'macho' || format === 'data') && isDartCode(path) ? new DartPackages() : null;
}
