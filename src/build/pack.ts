import { fileURLToPath } from 'node:url';
import { digestOf, parseRules } from '../check/load.ts';
import { vocabulary } from '../judge/vocabulary.ts';
import { pack, unpack } from '../rules/pack.ts';
import type { Rules } from '../rules/schema.ts';
import { nodeRuntime } from '../runtime/node.ts';

/** The module that takes the place of src/rules/packed.ts in the package. */
export function moduleOf(rules: Rules): string {
  // A string literal: JSON.parse of it is faster than a literal of objects, and waits until rules are asked for.
  return `// Written by src/build from rules/.\nexport const packed = ${JSON.stringify(inAscii(pack(rules)))};\n`;
}

/**
 * The same text for whoever reads escapes, as JavaScript and JSON do: V8 keeps two bytes of each character of a text that
 * holds any other, and keeps the text of a module as long as it runs. That was 6 MB.
 */
export function inAscii(text: string): string {
  if (/(?<!\\)(?:\\\\)*\\[\u0080-\uffff]/.test(text))
    throw new Error('a backslash before a character that is not ASCII');
  return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The rules of a directory, checked. @throws ScanError bad-rules */
export function rulesIn(directory: URL): Rules {
  return parseRules([nodeRuntime.readRules(fileURLToPath(directory))], nodeRuntime.sha256(), vocabulary);
}

/** @throws Error where a built module does not hold these rules */
export async function checkPacked(module: URL, rules: Rules): Promise<void> {
  const { packed } = (await import(module.href)) as { packed: string };
  const read = unpack(packed);
  if (digestOf(read, nodeRuntime.sha256()) !== rules.digest || read.digest !== rules.digest) {
    throw new Error(`${module.pathname} does not hold the rules`);
  }
}
