import { type Field, fieldsOf, lastField, textAt, wire } from './wire.ts';

/**
 * bundletool's app_dependencies.proto (seen 2026-11-26): AppDependencies, Library, MavenLibrary. The Android Gradle plugin
 * writes it, of what it resolved for the release.
 */
const dependencies = { library: 1 } as const;
const library = { maven: 1 } as const;
const maven = { group: 1, artifact: 2, version: 5 } as const;

/** Libraries that are read: a large app has some hundreds. */
const MOST = 4096;

/** A library that a build resolved, by its Maven coordinates. */
export interface Coordinates {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
  /** Where the version stands, in bytes from the start. */
  readonly at: { readonly start: number; readonly end: number };
}

/**
 * Libraries with Maven coordinates, in the order of the file; local files and projects have none.
 * @returns `more` counts those that were not read
 * @throws FormatError
 */
export function readDependencies(bytes: Uint8Array): { readonly libraries: Coordinates[]; readonly more: number } {
  const libraries: Coordinates[] = [];
  let more = 0;
  for (const field of fieldsOf(bytes)) {
    if (field.number !== dependencies.library || field.type !== wire.bytes) continue;
    if (libraries.length >= MOST) {
      more++;
      continue;
    }
    const found = lastField(bytes, field, library.maven);
    const read = found && coordinatesAt(bytes, found);
    if (read) libraries.push(read);
  }
  return { libraries, more };
}

function coordinatesAt(bytes: Uint8Array, message: Field): Coordinates | null {
  const part = (number: number) => lastField(bytes, message, number);
  const [group, artifact, version] = [part(maven.group), part(maven.artifact), part(maven.version)];
  if (!group || !artifact || !version || version.start === version.end) return null;
  return {
    group: textAt(bytes, group),
    artifact: textAt(bytes, artifact),
    version: textAt(bytes, version),
    at: version,
  };
}

/** The release of bundletool that wrote a BundleConfig.pb (bundletool's config.proto): where it stands; null for none. */
export function bundletoolIn(bytes: Uint8Array): { readonly start: number; readonly end: number } | null {
  const tool = lastField(bytes, { start: 0, end: bytes.length }, 1);
  return tool && lastField(bytes, tool, 2);
}
