import { readFileSync } from 'node:fs';
import { it } from 'vitest';
import { openDex, visitCalls } from '../../src/formats/dex/index.ts';
it('x', () => {
  const rule = JSON.parse(readFileSync('rules/sdks/agora-rtc.json', 'utf8'));
  const wanted = rule.controls.flatMap((c: any) => (c.switches ?? []).map((s: any) => ({ id: `${c.id}/${s.id}`, classes: [s.call.class].flat(), method: s.call.method, parameters: s.call.parameters, values: (s.reads ?? []).map((r: any) => ({ argument: r.argument, omitted: r.omitted, of: r.of && { calls: [], fields: [], ...r.of } })), own: ['io.agora'], before: s.before ?? [] })));
  for (const f of (process.env.DEX ?? '').split(' ')) {
    const dex = openDex(readFileSync(f));
    let steps = 0;
    const t = performance.now();
    const work = visitCalls(dex, { calls: wanted, packages: ['io.agora.rtc', 'io.agora.rtc2'] }, (n) => { steps += n; return true; }, (x) => console.log(JSON.stringify(x, null, 1)), (c) => console.log(JSON.stringify(c)));
    for (;;) { const s = work.next(); if (s.done) { console.log('unread', s.value); break; } }
    console.log(f, performance.now() - t, steps, dex.problems);
  }
});
