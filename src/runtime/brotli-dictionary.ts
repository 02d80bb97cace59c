/** The words of brotli, deflated and in base64; the build puts them here (src/build/words.ts). Null in the sources alone. */
export function packedDictionary(): string | null {
  return null;
}
