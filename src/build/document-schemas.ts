import { fileURLToPath } from 'node:url';
import type { JsonSchema } from '@valibot/to-json-schema';
import { toJsonSchema } from '@valibot/to-json-schema';
import { createGenerator } from 'ts-json-schema-generator';
import type { GenericSchema } from 'valibot';
import { programOf } from '../cli/run.ts';
import { settingsSchema } from '../cli/settings.ts';
import { ContextShape } from '../given/context.ts';
import { Waivers } from '../given/waivers.ts';

/** Draft 7, which every editor and validator reads. */
const DRAFT = 'http://json-schema.org/draft-07/schema#';

/** What scans write and read, as JSON Schema: reports by their types, documents of the caller by their shapes. */
export function documentSchemas(root: URL): Record<string, JsonSchema> {
  return {
    report: ofType(root, 'src/types.ts', 'Report', 'A report: what `render(report, "json")` writes'),
    scan: scanSchema(root),
    context: ofShape(ContextShape, 'A context: what no bundle holds (--context)'),
    waivers: ofShape(Waivers, 'Waivers: findings that somebody has accepted (--waivers)'),
    configuration: configurationSchema(),
  };
}

function configurationSchema(): JsonSchema {
  const silent = { write() {} };
  const { program } = programOf({ stdout: silent, stderr: silent, env: {}, now: () => new Date() });
  const scan = program.commands.find((command) => command.name() === 'scan');
  if (!scan) throw new Error('there is no command scan');
  return { $schema: DRAFT, title: 'waybill.config.json: options of `waybill scan`', ...settingsSchema(scan) };
}

/** One file, or a list of several; a line of `-o ndjson` is one file. */
function scanSchema(root: URL): JsonSchema {
  const { $ref: _, ...schema } = ofType(
    root,
    'src/report/file-report.ts',
    'ScannedFile',
    'What `waybill scan -o json` writes',
  );
  const one = { $ref: '#/definitions/ScannedFile' };
  return { ...schema, anyOf: [one, { type: 'array', items: one }] };
}

function ofType(root: URL, path: string, type: string, title: string): JsonSchema {
  const schema = createGenerator({
    path: fileURLToPath(new URL(path, root)),
    tsconfig: fileURLToPath(new URL('src/tsconfig.json', root)),
    type,
    additionalProperties: false,
    // `tsc` has done so.
    skipTypeCheck: true,
  }).createSchema(type);
  return { $schema: DRAFT, title, ...(schema as JsonSchema) };
}

function ofShape(shape: GenericSchema, title: string): JsonSchema {
  const {
    $schema: _,
    properties,
    ...rest
  } = toJsonSchema(shape, { typeMode: 'input', ignoreActions: ['check', 'trim'] });
  // A document may name its schema.
  return { $schema: DRAFT, title, ...rest, properties: { $schema: { type: 'string' }, ...properties } };
}
