import type { Sdk } from '../../src/rules/schema.ts';

/** An SDK of which nothing is known but what it is called, as a rule file has it once defaults are filled in. */
export const bareSdk = (id: string, vendor: string): Sdk => ({
  id,
  name: id,
  vendor,
  category: 'real-time',
  service: 'hosted',
  clues: [],
  need: 2,
  maven: [],
  versions: [],
  contains: [],
  takes: [],
  parameters: [],
  api: [],
  controls: [],
  claims: [],
  advisories: [],
  artifacts: [],
});
