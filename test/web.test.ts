import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadRules, scan } from '../src/index.ts';
import { nodeRuntime } from '../src/runtime/node.ts';
import { portableSha256 } from '../src/runtime/sha256.ts';
import { webRuntime } from '../src/runtime/web.ts';
import * as web from '../src/web.ts';
import { real } from './real/compose.ts';

describe('without Node', () => {
  const rules = () => web.loadRules(nodeRuntime.readRules(nodeRuntime.shippedRules));

  it('the same rules have the same digest', () => {
    expect(rules().digest).toBe(loadRules().digest);
  });

  it('the same bundle gives the same report, from a Blob and from bytes', async () => {
    const bytes = readFileSync(real.settings());
    const { bundle, ...rest } = await scan(bytes);
    expect(bundle.signatures[0]?.certificates[0]?.subject).toBe('C=US, O=Android, CN=Android Debug');
    // Only Node reads certificates: elsewhere their digests are all that is said of them.
    const unread = { subject: null, issuer: null, notBefore: null, notAfter: null };
    const signatures = bundle.signatures.map((signature) => ({
      ...signature,
      certificates: signature.certificates.map(({ sha256 }) => ({ sha256, ...unread })),
    }));
    const report = { ...rest, bundle: { ...bundle, signatures } };
    expect(await web.scan(new Blob([bytes]), { rules: rules() })).toEqual(report);
    expect(await web.scan(new Uint8Array(bytes), { rules: rules() })).toEqual(report);
  });

  it('a path is refused with the way out', async () => {
    await expect(web.scan('app.apk' as never, { rules: rules() })).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining('as bytes or as a Blob'),
    });
  });

  it('hashes and checksums as the others do, whatever the pieces', () => {
    const bytes = new Uint8Array(100_000).map((_, i) => (i * 2654435761) >>> 23);
    for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 100_000]) {
      const part = bytes.subarray(0, length);
      const hash = portableSha256();
      for (let at = 0; at < length; at += 777) hash.update(part.subarray(at, at + 777));
      expect(hash.digest(), `${length} bytes`).toBe(createHash('sha256').update(part).digest('hex'));
      expect(webRuntime.crc32(part, 0)).toBe(nodeRuntime.crc32(part, 0));
    }
  });
});
