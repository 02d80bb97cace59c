import { it } from 'vitest';
import { ScanError, scan } from '../../src/index.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { buildDex } from '../build/dex.ts';
import { buildElf } from '../build/elf.ts';
import { buildZip } from '../build/zip.ts';
import { mulberry32 } from '../rules/rules-of.ts';
const manifest = { name: 'AndroidManifest.xml', data: buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example.rooms' }, children: [{ name: 'application' }] }) };
const dex = { name: 'classes.dex', data: buildDex({ classes: [{ name: 'org.example.rooms.Main', methods: ['onCreate'] }, { name: 'io.agora.rtc.RtcEngine', methods: ['joinChannel'] }] }) };
const elf = { name: 'lib/arm64-v8a/libengine.so', data: buildElf({ soname: 'libengine.so', needed: ['libc.so'], exports: ['createAgoraRtcEngine'] }) };
const txt = { name: 'lib/arm64-v8a/libengine.so', data: buildElf({ soname: 'libengine.so', rodata: ['Agora Rtc Engine SDK ver %s build %d, built on %s %s'] }) };
it('thin', async () => {
  for (const [name, e] of [['dex', dex], ['elf', elf], ['txt', txt]] as const) for (const method of [0, 8] as const) {
    const whole = buildZip([manifest, e].map((x) => ({ ...x, method })));
    const random = mulberry32(7 + method);
    const o: Record<string, number> = {};
    for (let round = 0; round < 1500; round++) {
      const bytes = whole.slice(); const changed: number[] = [];
      for (let left = 1 + Math.floor(random() * 8); left > 0; left--) { const at = Math.floor(random() * bytes.length); bytes[at] = Math.floor(random() * 256); changed.push(at); }
      let out: string;
      try {
        const r = await scan(bytes);
        const found = r.detections.find((d) => d.sdk === 'agora-rtc')?.scored === true;
        out = found ? 'found' : !r.complete ? 'incomplete' : r.anomalies.length > 0 ? `anomaly ${r.anomalies.map((a) => a.code).sort().slice(0,1)}` : 'SILENT';
        if (out === 'SILENT') console.log(name, method, changed.join(), whole.length, JSON.stringify(r.coverage), r.bundle.entries);
      } catch (x) { out = x instanceof ScanError ? 'refused' : `THROWN ${String(x)}`; }
      o[out] = (o[out] ?? 0) + 1;
    }
    console.log(name, method, JSON.stringify(o));
  }
}, 600000);
