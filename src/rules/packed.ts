/**
 * The shipped rules as one JSON text, for `unpack`. Null in the sources, where their directory is read; `npm run build`
 * puts another in its place (src/build/bundle.ts).
 */
export const packed: string | null = null;
