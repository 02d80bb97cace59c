export const ascii = (text: string): number[] => [...text].map((c) => c.charCodeAt(0));

export function startsWith(head: Uint8Array, magic: readonly number[], offset = 0): boolean {
  return magic.every((byte, i) => head[offset + i] === byte);
}
