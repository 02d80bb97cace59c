import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Held, release } from '../../src/features/held.ts';
import { scan } from '../../src/index.ts';
import { buildDex } from '../build/dex.ts';
import { type BuildEntry, buildZip } from '../build/zip.ts';

const MiB = 1024 * 1024;

describe('what is held', () => {
  it('gives large memory back at once, and is empty then', () => {
    const large = new Uint8Array(MiB);
    const small = new Uint8Array(MiB - 1);
    release(large);
    release(small);
    expect([large.length, small.length]).toEqual([0, MiB - 1]);
  });

  it('is the reader’s alone once it is handed over', () => {
    const held = new Held(64 * MiB);
    const bytes = held.handOver(held.hold(2 * MiB));
    held.hold(2 * MiB)[0] = 1;
    release(bytes);
    expect(held.hold(0)[0]).toBe(1);
  });

  it('says of an archive that was given back what it says of one that is read where it stands', async () => {
    const inner = buildZip([
      { name: 'classes.dex', data: buildDex({ classes: [{ name: 'io.agora.rtc2.RtcEngine' }] }) },
      { name: 'a.js', data: 'fetch("https://api.example.com/")' },
      { name: 'room', data: new Uint8Array(2 * MiB), method: 0 },
      { name: 'b/AndroidManifest.xml', data: 'none' },
    ]);
    const around = (entry: Partial<BuildEntry>) =>
      scan(
        buildZip([
          { name: 'AndroidManifest.xml', data: '' },
          { name: 'a.zip', data: inner, ...entry },
        ]),
      );
    const stored = await around({ method: 0 });
    const packed = await around({ raw: deflateRawSync(inner) });
    expect(packed.detections.map(({ sdk }) => sdk)).toContain('agora-rtc');
    for (const part of ['detections', 'endpoints', 'anomalies', 'unidentified', 'findings'] as const) {
      expect(packed[part]).toEqual(stored[part]);
    }
  });
});
