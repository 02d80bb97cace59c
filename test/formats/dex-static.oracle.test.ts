import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { openDex, staticString } from '../../src/formats/dex.ts';
import { buildDex } from '../build/dex.ts';
import { real } from '../real/compose.ts';
import { dumpStaticFields, hasDexdump } from './dexdump.ts';

describe.skipIf(!hasDexdump())('static fields against dexdump', () => {
  it('prints', () => {
    const x = dumpStaticFields(buildDex({ classes: [{ name: 'a.B', methods:['<init>'], staticFields: [
 { name: 'S', value: 'a"b\\c\nd\te' }, { name: 'U', value: 'ä€😀\0z' }, { name: 'V' }, { name: 'I', value: -5 }, { name: 'Z', value: true }, { name: 'Y', value: false }, {name: 'E', value: ''}, { name: 'last' } ] }, { name: 'c.D', staticFields: [{name:'X', value: '1'}]}] }));
    console.log(x);
  });
});
