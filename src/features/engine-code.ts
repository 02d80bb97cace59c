import type { Coverage } from '../types.ts';
import { type Engine, engines, type Met } from './engines.ts';

const none: readonly never[] = [];

const named = by(({ names }) => names);
const ofClasses = by(({ classes = {} }) => Object.keys(classes));
const ofEnding = by(({ code }) => Object.keys(code));
const ofFormat = by(({ formats = none }) => formats);

/**
 * Looks out for what the engines of other languages cannot run without: names and texts of that code stand there alone. An
 * app that hides it keeps it elsewhere, in a form of its own.
 */
export class EngineCode {
  readonly #aboard = new Map<Engine, Pick<Met, 'path' | 'format'> & { readonly position: number }>();
  readonly #met = new Set<Engine>();

  /** @param position in the container: of several that bring an engine, the first there is told */
  take(entry: Met, position = -1): void {
    const { path, format, native, packages } = entry;
    const isAboard = (engine: Engine) => {
      const known = this.#aboard.get(engine);
      if (!known || position < known.position) this.#aboard.set(engine, { path, format, position });
    };
    if (native !== null) for (const engine of named.get(native.name) ?? none) isAboard(engine);
    for (const [name, engines] of packages.size > 0 ? ofClasses : none) {
      for (const engine of engines) if ((packages.get(name) ?? 0) >= engine.classes![name]!) isAboard(engine);
    }
    for (const engine of ofFormat.get(format) ?? none) this.#met.add(engine);
    if (format === 'empty') return;
    const ending = endingOf(path);
    for (const engine of ofEnding.get(ending) ?? none) if (engine.code[ending]!(entry)) this.#met.add(engine);
  }

  /** Says so where there is an engine, and nothing for it was met. @param isOfNoApp of a bundle that is a library */
  absent(isOfNoApp: boolean): readonly Coverage[] {
    const alone = [...this.#aboard].filter(([engine]) => !this.#met.has(engine) && !(isOfNoApp && engine.runs));
    return alone.map(([{ reason, detail }, { path, format }]) => ({
      ...{ path, format, state: 'partial', reason, offset: null, detail, matters: true },
    }));
  }
}

function by(keysOf: (engine: Engine) => readonly string[]): ReadonlyMap<string, readonly Engine[]> {
  const found = new Map<string, Engine[]>();
  for (const engine of engines) for (const key of keysOf(engine)) found.set(key, [...(found.get(key) ?? none), engine]);
  return found;
}

/** Of the file's name, without its dot; empty where there is none. */
function endingOf(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('!'), path.length - 64) + 1);
  return name.slice(name.lastIndexOf('.') + 1 || name.length);
}
