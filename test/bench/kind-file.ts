import { writeFileSync } from 'node:fs';
import { kinds } from './kind-bundles.ts';

/** Writes one bundle of a kind, and the same content where it is searched like any data: `node kind-file.js KIND FILE PLAIN`. */
const [, , kind = '', file = '', plain = ''] = process.argv;
const [bundle, other] = kinds[kind]!();
writeFileSync(file, bundle);
writeFileSync(plain, other);
