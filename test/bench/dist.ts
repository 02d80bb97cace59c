import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './measure.ts';

/** What `npm run build` makes and users get: measured as it is. */
const dist = (path: string) => join(root(), 'dist', path);

export const index = pathToFileURL(dist('index.js')).href;
export const shippedRules = pathToFileURL(dist('rules/shipped.js')).href;
export const cli = dist('cli/main.js');
