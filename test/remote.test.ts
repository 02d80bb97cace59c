import { describe, expect, it } from 'vitest';
import { type Report, render, type ScanOptions } from '../src/index.ts';
import { buildBundle } from './build/bundle.ts';
import { scan } from './build/verified.ts';

/** Code that a page of the app fetches at run time: seen, never bundled, and no milder for it. */

const permissions = ['android.permission.RECORD_AUDIO', 'android.permission.CAMERA'];
const axml = {
  name: 'manifest',
  attributes: { package: 'org.example.app' },
  children: [
    ...permissions.map((name) => ({ name: 'uses-permission', attributes: { 'android:name': name } })),
    { name: 'application' },
  ],
};
const INDEX = 'assets/www/index.html';

function app(files: Record<string, string | Uint8Array>, options: ScanOptions = {}): Promise<Report> {
  const described = Object.entries(files).map(([path, file]) => [
    path,
    typeof file === 'string' ? { text: file } : { bytes: file },
  ]);
  const bundle = {
    'AndroidManifest.xml': { axml },
    'classes.dex': { dex: { classes: [{ name: 'org.example.app.Main', methods: ['run'] }] } },
    ...Object.fromEntries(described),
  };
  return scan(buildBundle({ files: bundle }), options);
}

const page = (body: string) => `<!DOCTYPE html><html><head>${body}</head><body></body></html>`;
const agora = page('<script src="https://download.agora.io/sdk/release/AgoraRTC_N-4.20.0.js"></script>');

function found({ detections }: Report) {
  return detections.map(({ sdk, version, presence }) => `${sdk}@${version} ${presence.join(' ')}`);
}

describe('an SDK that a page fetches', () => {
  it('is remote, at the page, with the version of its URL', async () => {
    const report = await app({ [INDEX]: agora });
    expect(found(report)).toEqual(['agora-rtc-web@4.20.0 remote']);
    expect(report.detections[0]).toMatchObject({ confidence: 'medium', scored: true, instances: [{ path: INDEX }] });
    const value = 'download.agora.io/sdk/release/AgoraRTC_N-4.20.0.js';
    expect(report.detections[0]?.evidence).toMatchObject([
      { clue: 'agora-rtc-web/url-agora', kind: 'script', path: INDEX, text: `https://${value}`, value },
    ]);
    expect(render(report, 'text').replace(/\s+/g, ' ')).toContain('a page of the app fetches it at run time');
  });

  it('takes what others read in a release of it, and nothing more', async () => {
    // What a page says beside it is no code of the SDK's.
    const report = await app({
      [INDEX]: `${agora}<script>"AgoraRTC screensharing plugin is not accessible("</script>`,
    });
    const flows = report.flows.filter(({ sdk }) => sdk === 'agora-rtc-web');
    expect(flows.map(({ data }) => data)).toContain('screen');
    expect(new Set(flows.map(({ basis }) => basis))).toEqual(new Set(['reported']));
    expect(flows[0]?.says).toContain('fetches the code at run time');
  });

  it('is judged no milder than one that is aboard', async () => {
    const bundled = await app({ 'assets/www/main.js': 'a="AgoraWebSDK_N-v4.20.0-0-g1234567(x)"' });
    const remote = await app({ [INDEX]: agora });
    expect(found(bundled)).toEqual(['agora-rtc-web@4.20.0 bundled']);
    const rules = (report: Report) => [
      ...new Set(report.findings.map(({ rule, level, state }) => `${rule} ${level} ${state}`)),
    ];
    expect(rules(remote)).toEqual(expect.arrayContaining(rules(bundled)));
    expect(rules(remote).length).toBeGreaterThan(0);
    expect(remote.verdict).toBe(bundled.verdict);
  });

  it('explains the hosts that the page names', async () => {
    const { findings } = await app({ [INDEX]: agora });
    expect(findings.map(({ rule }) => rule)).not.toContain('hosts-without-sdk');
  });

  it('beside another release aboard leaves no version', async () => {
    const files = { [INDEX]: agora, 'assets/www/main.js': 'a="AgoraWebSDK_N-v4.3.0-0-g1234567(x)"' };
    expect(found(await app(files))).toEqual(['agora-rtc-web@null bundled remote']);
  });
});

describe('how a page may say it', () => {
  const npm = 'agora-rtc-sdk-ng@4.20.0';
  it.each([
    ['upper case, no quotes', `<SCRIPT ASYNC SRC=HTTPS://UNPKG.COM/${npm}/x.js></SCRIPT>`],
    ['without a scheme', `<script src="//cdn.jsdelivr.net/npm/${npm}"></script>`],
    ['references', `<script src="https&colon;&#47;&sol;unpkg&period;com&#x2f;${npm}"></script>`],
    ['escapes', `<script src="https://unpkg.com/%61gora-rtc-sdk-ng%404.20.0"></script>`],
    ['backslashes, tabs and a dot', `<script src="\\\\unp\tkg.com.\\${npm}"></script>`],
    ['a slash for a blank', `<script/src=//unpkg.com/${npm}></script>`],
    ['relative to a base', `<base href="https://unpkg.com/"><base href="/"><script src="${npm}/x.js"></script>`],
    ['a module ahead of time', `<link href="https://esm.sh/v135/${npm}/es2022/x.mjs" rel="preload modulepreload">`],
    ['a script ahead of time', `<link as=script rel=preload href=https://esm.run/${npm}>`],
    ['several files in one', `<script src="https://cdn.jsdelivr.net/combine/npm/vue@3,npm/${npm}"></script>`],
    ['in SVG', `<svg><script href="https://ga.jspm.io/npm:${npm}/x.js"/></svg>`],
    ['query and fragment', `<script src="https://cdn.skypack.dev/${npm}?min#x"></script>`],
  ])('%s', async (_, body) => {
    expect(found(await app({ [INDEX]: page(body) }))).toEqual(['agora-rtc-web@4.20.0 remote']);
  });

  it.each([
    ['latest', '@latest/x.js'],
    ['a range', '@4/x.js'],
    ['nothing', '/x.js'],
    ['a caret', '@^4.20.0/x.js'],
  ])('the version is not read where the URL names %s', async (_, rest) => {
    const report = await app({ [INDEX]: page(`<script src="https://unpkg.com/agora-rtc-sdk-ng${rest}"></script>`) });
    expect(found(report)).toEqual(['agora-rtc-web@null remote']);
  });

  it.each([
    ['a comment', `<!-- <script src="https://unpkg.com/${npm}"></script> -->`],
    ['a string of a script', `<script>document.write('<script src="https://unpkg.com/${npm}"><\\/script>')</script>`],
    ['a link to it', `<a href="https://unpkg.com/${npm}">x</a><link rel=stylesheet href="https://unpkg.com/${npm}">`],
    ['a path in the app', `<script src="/unpkg.com/${npm}"></script><script src="npm/${npm}"></script>`],
    ['a file', `<script src="file://unpkg.com/${npm}"></script>`],
    ['another package', `<script src="https://unpkg.com/agora-rtc-sdk-ng-x@4.20.0"></script>`],
    ['another host', `<script src="https://unpkg.com.example.org/${npm}"></script>`],
    ['another scope', `<script src="https://unpkg.com/@x/${npm}"></script>`],
  ])('nothing is fetched by %s', async (_, body) => {
    expect(found(await app({ [INDEX]: page(body) }))).toEqual([]);
  });

  it.each(['utf-16le', 'utf-16be'] as const)('in %s, with the place and the bytes as they stand', async (encoding) => {
    const wide = Buffer.from(`\ufeff${agora.replace('<head>', '<head><title>日本語</title>')}`, 'utf16le');
    const report = await app({ [INDEX]: encoding === 'utf-16le' ? wide : wide.swap16() });
    expect(found(report)).toEqual(['agora-rtc-web@4.20.0 remote']);
    expect(report.detections[0]?.evidence[0]).toMatchObject({ encoding });
  });

  it('content counts, and so does a name: a page is one without the other', async () => {
    const script = '<script src="https://unpkg.com/agora-rtc-sdk-ng@4.20.0"></script>';
    for (const files of [{ 'assets/start.bin': page(script) }, { 'assets/a.xhtml': `text before${script}` }]) {
      expect(found(await app(files))).toEqual(['agora-rtc-web@4.20.0 remote']);
    }
    expect(found(await app({ 'assets/readme.txt': `Put ${script} into your page` }))).toEqual([]);
  });
});

describe('a page beyond its limits', () => {
  const script = '<script src="https://unpkg.com/agora-rtc-sdk-ng@4.20.0"></script>';
  it('has a line of coverage, and the answer is incomplete', async () => {
    const many = await app({ [INDEX]: page(`${'<script src="a.js"></script>'.repeat(2001)}${script}`) });
    expect(many.complete).toBe(false);
    const details = many.coverage.filter(({ path }) => path === INDEX).map(({ detail }) => detail);
    expect(details.join()).toMatch(/^2 scripts of the page beyond 2000/);
    const long = await app({ [INDEX]: page(`<script src="https://x.example/${'a'.repeat(5000)}"></script>`) });
    expect(long.coverage.map(({ detail }) => detail).join()).toContain('1 URLs of scripts longer than 4096 bytes');
    expect(long.complete).toBe(false);
  });

  it('has none for a script that stands in its own URL', async () => {
    const data = await app({
      [INDEX]: page(`<script src="data:text/javascript,${'a'.repeat(5000)}"></script>${script}`),
    });
    expect(data.complete).toBe(true);
    expect(found(data)).toEqual(['agora-rtc-web@4.20.0 remote']);
  });

  it('is read to its end whatever stands before', async () => {
    for (const flood of ['<div>', '<p a=1 ', '<b>"', '<!-- -->']) {
      const body = `${flood.repeat(100_000)}">${script}`;
      expect(found(await app({ [INDEX]: page(body) })), flood).toEqual(['agora-rtc-web@4.20.0 remote']);
    }
  });
});
