/** The bytes of a magic that is text. */
export const ascii = (text: string): readonly number[] => Array.from(text, (letter) => letter.charCodeAt(0));

/** A plain loop: every entry is asked for each magic there is, and content may hold millions of places that begin like a stream. */
export function begins(bytes: Uint8Array, magic: readonly number[], at = 0): boolean {
  for (let i = 0; i < magic.length; i++) if (bytes[at + i] !== magic[i]) return false;
  return true;
}
