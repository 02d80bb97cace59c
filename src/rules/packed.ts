/**
 * The shipped rules as one JSON text, for `unpack`. Null in the sources, where their directory is read; `npm run build`
 * writes this module anew (.build-steps/pack.ts).
 */
export const packed: string | null = null;
