import { bundleInto } from './bundle.ts';
import { copyDeclarations } from './declarations.ts';
import { writeSchemas } from './schemas.ts';

/** What the build adds to the compiled sources; the name of a step does that one alone. */
const root = new URL('../../../', import.meta.url);
const dist = new URL('dist/', root);
const steps = {
  declarations: () => copyDeclarations(new URL('.build/types/', root), dist, ['index', 'web', 'rules/shipped']),
  bundle: () => bundleInto(dist, new URL('src/', root), new URL('rules/', root)),
  schemas: () => writeSchemas(dist, root),
};
const [, , wanted] = process.argv;
for (const [name, step] of Object.entries(steps)) if (wanted === undefined || wanted === name) await step();
