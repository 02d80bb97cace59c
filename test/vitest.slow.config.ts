import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig, mergeConfig } from 'vitest/config';
import quick from '../vitest.config.ts';

const files = (readdirSync(new URL('.', import.meta.url), { recursive: true }) as string[])
  .filter((name) => name.endsWith('.test.ts'))
  .filter((name) => /from '[./]+\/build\/slow\.ts'/.test(readFileSync(new URL(name, import.meta.url), 'utf8')))
  .map((name) => `test/${name}`);

/** Every case of the tests that have more than `npm test` tries: those that ask `build/slow.ts`. */
const config = mergeConfig(quick, defineConfig({ test: { env: { WAYBILL_TESTS: 'slow' } } }));
config.test.include = files;
export default config;
