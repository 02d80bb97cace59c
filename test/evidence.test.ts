import { expect, it } from 'vitest';
import { buildBundle, type FileDescription } from './build/bundle.ts';
import { scan } from './build/verified.ts';

it('a flood of one clue leaves every clue and every fact of presence its piece, and every entry while there is room', async () => {
  const libraries = Object.fromEntries(
    Array.from({ length: 60 }, (_, i): [string, FileDescription] => [
      `lib/arm64-v8a/libjpush${100 + i}.so`,
      { elf: { soname: `libjpush${100 + i}.so` } },
    ]),
  );
  const report = await scan(
    buildBundle({
      files: {
        'AndroidManifest.xml': {
          axml: {
            name: 'manifest',
            attributes: { package: 'org.example' },
            children: [
              {
                name: 'application',
                children: [
                  { name: 'activity', attributes: { 'android:name': 'cn.jpush.android.ui.PushActivity' } },
                  { name: 'meta-data', attributes: { 'android:name': 'JPUSH_APPKEY', 'android:value': '0' } },
                ],
              },
            ],
          },
        },
        ...libraries,
        'classes.dex': {
          dex: { classes: Array.from({ length: 30 }, (_, i) => ({ name: `cn.jpush.android.api.C${i}` })) },
        },
        'classes2.dex': { dex: { classes: [{ name: 'org.example.Main' }], references: ['cn.jpush.android.api.Used'] } },
      },
    }),
  );
  const found = report.detections.find((d) => d.sdk === 'jpush');
  const evidence = found?.evidence ?? [];
  expect(evidence).toHaveLength(24);
  expect(found?.presence).toEqual(['bundled', 'declared', 'referenced']);
  const clues = new Set(evidence.map((e) => e.clue.slice('jpush/'.length)));
  for (const clue of ['java-api', 'activity', 'app-key', 'so-push', 'shared-java']) expect(clues).toContain(clue);
  // The strongest of each fact stands first.
  expect(evidence.slice(0, 3).map((e) => [e.path, e.how, e.text])).toEqual([
    ['classes.dex', 'DEX type', 'Lcn/jpush/android/api/C0;'],
    ['classes2.dex', 'DEX type', 'Lcn/jpush/android/api/Used;'],
    ['AndroidManifest.xml', 'manifest', 'cn.jpush.android.ui.PushActivity'],
  ]);
  expect(new Set(evidence.map((e) => e.path)).size).toBeGreaterThan(18);
  expect(found?.moreEvidence).toBeGreaterThan(100);
});

it('a text is cut by its bytes and never in the middle of a character, and begins where it is said to', async () => {
  const long = `https://x.agora.io/${'a'.repeat(150)}ü${'b'.repeat(200)}`;
  const report = await scan(
    buildBundle({
      files: {
        'AndroidManifest.xml': { axml: { name: 'manifest', attributes: { package: 'a' } } },
        'classes.dex': { dex: { classes: [{ name: 'a.B' }], strings: [long] } },
        'assets/a.js': { text: `x = "before vocs%d.agora.io"; y = "${long.slice(0, 300)}"` },
      },
    }),
  );
  const pieces = report.endpoints.flatMap((endpoint) => endpoint.at);
  const [dex] = pieces.filter((piece) => piece.path === 'classes.dex');
  expect(dex?.text).toBe(`https://x.agora.io/${'a'.repeat(150)}`);
  expect(dex?.spans).toEqual([{ offset: expect.any(Number), length: 169 }]);
  const host = pieces.find((piece) => piece.text === 'vocs%d.agora.io');
  expect(host?.spans).toEqual([{ offset: 12, length: 15 }]);
});
