import type { EntryFeatures } from '../inventory/facts.ts';
import type { Coverage } from '../types.ts';

/** What compiled C# code of Unity lies in, on Android and on iOS. */
const compiled: ReadonlySet<string> = new Set(['libil2cpp.so', 'UnityFramework.framework']);

/**
 * Looks out for the metadata that Unity's compiled C# code cannot run without: names and texts of that code stand there
 * alone. A game that hides it keeps it elsewhere, in a form of its own.
 */
export class UnityCode {
  #code: Pick<EntryFeatures, 'path' | 'format'> | null = null;
  #hasMetadata = false;

  take({ path, format, native }: Pick<EntryFeatures, 'path' | 'format' | 'native'>): void {
    if (native !== null && compiled.has(native.name)) this.#code ??= { path, format };
    if (format === 'il2cpp' || path.endsWith('/Managed/Metadata/global-metadata.dat')) this.#hasMetadata = true;
  }

  /** Says so where there is code, and no metadata was met; what stands in its place and is none is said there. */
  absent(): readonly Coverage[] {
    if (this.#code === null || this.#hasMetadata) return [];
    const detail =
      'names and texts of the C# code compiled into it are in no entry that was met (global-metadata.dat): an SDK in that code could be there';
    return [{ ...this.#code, state: 'partial', reason: 'missing', offset: null, detail, matters: true }];
  }
}
