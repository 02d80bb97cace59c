import type { ContentFormat } from '../types.ts';
import { DartNotices, DartPackages, DartRelease, isDartCode, isDartEngine, isNotices } from './dart-names.ts';
import type { NameReader } from './name-reader.ts';
import { isScript, ScriptNames } from './script-names.ts';

/** Who looks content of that format and path through; null where nothing there names packages. */
export function packageNames(format: ContentFormat, path: string): NameReader | null {
  if (format === 'text' && isScript(path)) return new ScriptNames();
  if (format === 'text' && isNotices(path)) return new DartNotices();
  if ((format === 'elf' || format === 'macho') && isDartEngine(path)) return new DartRelease();
  return (format === 'elf' || format === 'macho' || format === 'data') && isDartCode(path) ? new DartPackages() : null;
}
