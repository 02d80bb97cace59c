import type { Report } from '../../src/types.ts';
import { hostileText } from './fixture.ts';

/** What an app may write wherever it writes anything, by what it aims at. */
export const attacks: Readonly<Record<string, string>> = {
  terminal: hostileText,
  html: `"><img src=x onerror=alert(1)><script>alert(1)</script><!-- `,
  'end of a folded block': '</summary></details><h1>PASS</h1>',
  xml: `]]></failure></testcase><testcase name="forged"/><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;`,
  'markdown link': '[PASS](https://evil.example/?a=b) ![p](https://evil.example/p.png) <https://evil.example>',
  'bare link': 'https://evil.example www.evil.example a@evil.example xmpp:a@evil.example/b',
  'reference link': '[x]: https://evil.example',
  mention: '@octocat #1 GH-1 octo/repo#1 deadbeef1 :tada:',
  'markdown blocks': '# PASS\n\n- a\n1. b\n> c\n```\ncode\n```\n---\n| a | b |\n|---|---|\n',
  table: 'a|b \\| c \\\\| d `e|f` `\\\\|<b>x</b>',
  backticks: 'a ``` b `` c ` d `````',
  'backtick ends': '`<b>x</b>`',
  emphasis: '**bold** _a_ ~~b~~ $x^2$ \\',
  formula: `=cmd|'/c calc'!A1`,
  'formula behind a quote': '"\r\n=1+1,"@SUM(1)","-2","+3',
  'full-width formula': '\uff1d1+1',
  placeholder: '{0} {{1}} {recipient} %s %n',
  'workflow command': '::error::forged ##[error]forged',
  traversal: '../../../../etc/passwd',
  absolute: '//evil.example/../x',
  'odd path': 'a b/%2e%2e/\\..\\x?y#z',
  surrogate: 'x\ud800y\udfffz',
  prototype: '__proto__',
  empty: '',
  blank: '   ',
};

/** Fields that hold a word of ours, whatever the app writes: closed lists, digests, days, and what rule files say alone. */
const ours = new Set([
  ...[
    'schema',
    'asOf',
    'depth',
    'verdict',
    'level',
    'state',
    'open',
    'axis',
    'basis',
    'protection',
    'reason',
    'how',
    'role',
  ],
  ...[
    'data',
    'accepts',
    'kind',
    'platform',
    'sha256',
    'digest',
    'entrySha256',
    'encoding',
    'country',
    'countries',
    'scheme',
  ],
  ...[
    'taxonomy',
    'taxa',
    'undetermined',
    'over',
    'reject',
    'review',
    'expires',
    'built',
    'from',
    'to',
    'seen',
    'published',
  ],
  ...[
    'stands',
    'serves',
    'carries',
    'found',
    'presence',
    'confidence',
    'candidates',
    'vendor',
    'recipient',
    'rule',
    'askedBy',
  ],
]);
/** Of these, what is an address to us is one. */
const addresses = new Set(['url', 'sdk', 'sdks', 'sdk_version', 'policy']);

/**
 * A report in which every text that an app can reach is the attack, or ends in it.
 * @param whole whether nothing but the attack stands there, so that it is what a text begins with
 */
export function attacked(report: Report, attack: string, whole: boolean): Report {
  const poison = (value: unknown, key: string, isRule: boolean): unknown => {
    if (typeof value === 'string') {
      const isOurs = (ours.has(key) && !/ /.test(value)) || addresses.has(key) || isRule;
      return isOurs ? value : whole ? attack : `${value} ${attack}`;
    }
    if (Array.isArray(value)) return value.map((item) => poison(item, key, isRule));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, of]) => [
        name,
        poison(of, name, isRule || name === 'policy' || name === 'rules'),
      ]),
    );
  };
  return poison(report, '', false) as Report;
}
