import type { App, Platform } from '../../types.ts';
import { type AppFacts, noApp, noFacts } from '../app.ts';
import type { UnitFacts } from '../unit.ts';

/** What lines of coverage about all of a library are of. */
export const LIBRARY = '(library)';

/**
 * A bundle that is a library: one unit, which nobody installs by itself. It has no id: by an id a report tells an app from
 * those who supply it, and a supplier's own code is not the app's.
 */
export function libraryUnit(platform: Platform, app: Partial<App> = {}): UnitFacts {
  return { kind: 'library', platform, root: '', app: { ...noApp, ...app, id: null, nameIn: null }, executable: null };
}

/** What is known of a library without documents. */
export function libraryFacts(platform: Platform, app: Partial<App> = {}): AppFacts {
  return { ...noFacts, units: [libraryUnit(platform, app)] };
}

/** `group:artifact`, as Maven names the one library that its properties are aboard of; null for none, or several. */
export function mavenName(paths: readonly string[]): string | null {
  const names = new Set(
    paths.flatMap((path) => {
      const [, group, artifact] = /^META-INF\/maven\/([\w.-]+)\/([\w.-]+)\/pom\.properties$/.exec(path) ?? [];
      return group === undefined ? [] : [`${group}:${artifact}`];
    }),
  );
  const [only, ...others] = names;
  return only !== undefined && others.length === 0 ? only : null;
}
