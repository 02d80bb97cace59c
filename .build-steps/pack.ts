import { renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { vocabulary } from '../src/judge/vocabulary.ts';
import { nodePlatform } from '../src/platform/node.ts';
import { digestOf, parseRules } from '../src/rules/load.ts';
import { pack, unpack } from '../src/rules/pack.ts';
import type { Rules } from '../src/rules/schema.ts';

/** The module that takes the place of src/rules/packed.ts in the package. */
export function moduleOf(rules: Rules): string {
  // A string literal: JSON.parse of it is faster than a literal of objects, and waits until rules are asked for.
  return `// Written by .build-steps/pack.ts from rules/.\nexport const packed = ${JSON.stringify(pack(rules))};\n`;
}

/** Checks rules/ and writes it as one module, dist/rules/packed.js. @throws ScanError bad-rules */
export async function packInto(dist: URL, directory: URL): Promise<void> {
  const files = nodePlatform.readRules(fileURLToPath(directory));
  const rules = parseRules([files], nodePlatform.sha256(), vocabulary);
  const target = new URL('rules/packed.js', dist);
  // Whoever runs the command line meanwhile finds the old module or the new one, whole.
  const partial = new URL(`rules/packed.${process.pid}.js`, dist);
  writeFileSync(partial, moduleOf(rules));
  renameSync(partial, target);
  const { packed } = (await import(pathToFileURL(fileURLToPath(target)).href)) as { packed: string };
  const read = unpack(packed);
  if (digestOf(read, nodePlatform.sha256()) !== rules.digest || read.digest !== rules.digest) {
    throw new Error(`${target.pathname} does not hold the rules of ${directory.pathname}`);
  }
}
