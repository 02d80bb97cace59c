import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createPool, gate, render, ScanError } from 'waybill';
import { buildBundle } from '../test/build/bundle.ts';

/** A review service: apps come by POST, a pool scans them beside the event loop, the gate decides, the maker gets a letter. */
const root = new URL('../../', import.meta.url);
const json = (path: string) => JSON.parse(readFileSync(new URL(path, root), 'utf8'));

const pool = createPool({ jobs: 2, timeout: 120_000 });
const inbox = mkdtempSync(join(tmpdir(), 'reviews-'));
let received = 0;

const server = createServer(async (request, response) => {
  const path = join(inbox, `${received++}`);
  try {
    await pipeline(request, createWriteStream(path, { flags: 'wx' }));
    const report = await pool.scan(path, { context: json('test/golden/clubhouse/context.json'), asOf: '2021-02-12' });
    const decided = gate(report, { failOn: 'high' });
    const sdks = report.detections.map(({ sdk, version }) => ({ sdk, version }));
    const letter = decided.exitCode === 0 ? null : render(report, 'letter', { gate: decided });
    response.end(JSON.stringify({ verdict: decided.verdict, reasons: decided.reasons, sdks, letter }));
  } catch (error) {
    // What is wrong with one bundle is that bundle's answer: a crash, a time out, a file that is none.
    const isTheirs = error instanceof ScanError;
    response.statusCode = isTheirs && error.code === 'not-a-bundle' ? 422 : 500;
    response.end(JSON.stringify({ error: isTheirs ? error.code : 'internal' }));
  } finally {
    rmSync(path, { force: true });
  }
});

server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
const send = (body: Uint8Array<ArrayBuffer>) => fetch(url, { method: 'POST', body });

const app = new Uint8Array(buildBundle(json('test/golden/clubhouse/bundle.json')));
const answers = await Promise.all([send(app), send(new TextEncoder().encode('no bundle'))]);
for (const answer of answers) console.log(answer.status, await answer.text());

server.close();
await pool.close();
rmSync(inbox, { recursive: true });
