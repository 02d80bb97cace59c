import { expect, it } from 'vitest';
import { Allowance } from '../../src/allowance.ts';
import { defaultBudgets } from '../../src/budgets.ts';
import { Collector } from '../../src/features/collector.ts';
import { ScriptNames } from '../../src/features/script-names.ts';
import { webDocument } from '../../src/features/web-documents.ts';
import { loadRules, matching } from '../../src/index.ts';
import type { LibraryHit } from '../../src/inventory/facts.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { mulberry32 } from '../build/random.ts';
import { cases } from '../build/slow.ts';

const utf8 = new TextEncoder();
const inBase64 = (text: string) => Buffer.from(text).toString('base64');
const taker = matching(loadRules());
const allowance = new Allowance(defaultBudgets);

/** What is named, and how many lines of coverage say that a page is fetched. */
interface Found {
  readonly hits: readonly LibraryHit[];
  readonly remote: number;
}

function ofDocument(path: string, bytes: Uint8Array): Found {
  const into = new Collector({ path, container: null, taker, budgets: defaultBudgets, allowance });
  const document = webDocument(path)!;
  document.push(bytes);
  document.end(into, defaultBudgets);
  return { hits: into.libraries, remote: into.coverage.length };
}

function ofScript(_: string, bytes: Uint8Array): Found {
  const names = new ScriptNames();
  for (let at = 0; at < bytes.length; at += 100) names.push(bytes.subarray(at, at + 100));
  return { hits: names.end(), remote: 0 };
}

const content = { name: 'content', attributes: { src: 'https://web.example.com/' } };
const readers: readonly (readonly [string, Uint8Array, typeof ofScript])[] = [
  ['cordova_plugins.js', utf8.encode('[{"pluginId": "a-b"}]; module.exports.metadata = {"a-b": "1.2.3"}'), ofDocument],
  ['capacitor.plugins.json', utf8.encode('[{"pkg":"@capacitor/camera","classpath":"x.Y"}]'), ofDocument],
  ['capacitor.config.json', utf8.encode('{"server":{"url":"https://web.example.com/app"}}'), ofDocument],
  ['config.xml', utf8.encode('<widget><!-- x --><content src="https://web.example.com/" /></widget>'), ofDocument],
  ['res/xml/config.xml', buildBinaryXml({ name: 'widget', attributes: {}, children: [content] }), ofDocument],
  ['node_modules/x/package.json', utf8.encode('{"name":"x","version":"1.2.3","main":"x.js"}'), ofDocument],
  [
    'main.js',
    utf8.encode(
      `/*! Some Thing v2.3.4 */"node_modules/x/y.js";{name:"p",version:"1.2.3",main:"x"}//# sourceMappingURL=data:application/json;base64,${inBase64('{"sources":["node_modules/pusher-js/x.js"]}')}`,
    ),
    ofScript,
  ],
];

it.each(readers)('%s cut at every byte, or mutated: names with their places, and no error', (path, bytes, read) => {
  const random = mulberry32(11);
  let found = 0;
  const tryOut = (some: Uint8Array) => {
    const { hits, remote } = read(path, some);
    found += hits.length + remote;
    for (const { name, seen } of hits) {
      expect(name).not.toBe('');
      for (const { offset, length } of seen.spans) expect(offset + length).toBeLessThanOrEqual(some.length);
    }
  };
  for (let length = 0; length <= bytes.length; length++) tryOut(bytes.subarray(0, length));
  for (let round = 0; round < cases(20_000, 2000); round++) {
    const mutated = bytes.slice();
    for (let i = 0; i < 2; i++) mutated[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    tryOut(mutated);
  }
  // A reader that refuses everything would pass else.
  expect(found).toBeGreaterThan(200);
});
