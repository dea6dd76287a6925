import { test } from '@jest/globals';
import { Story, Q820, machine, Q722, UUID } from './story.js';
import { effectiveEvents } from '../../src/domain/vm/effective.js';
import { processesOf } from '../../src/domain/vm/processes.js';
import { linkProcesses } from '../../src/domain/vm/lineage.js';
import { evaluate } from '../../src/domain/vm/evaluate.js';
import { hopsOf } from '../../src/domain/vm/hops.js';
import { knowing } from '../../src/domain/vm/derive.js';
import { MEASURED } from './known-catalogue.js';
test('perf', () => {
  for (const n of [100, 1000]) {
    const s = new Story(); s.startHooks(0, 'h0', Q722);
    for (let i = 0; i < n; i++) { const t = 100 * (i + 1); s.incomingHooks(t, `h${(i + 1) % 7}`, Q820); s.incoming(t + 0.6, `h${(i + 1) % 7}`, null, null); s.arrived(t + 1, `h${(i + 1) % 7}`); s.left(t + 1, `h${i % 7}`); s.reset(t + 5, `h${(i + 1) % 7}`); }
    let t0 = performance.now(); const lap = (w: string) => { console.log(w, performance.now() - t0); t0 = performance.now(); };
    const e = effectiveEvents(s.events); lap('effective'); const p = processesOf(e); lap('processes'); const l = linkProcesses(p, UUID); lap('link'); const ev = evaluate(l, e, knowing(MEASURED)); lap('eval'); hopsOf(ev, e); lap('hops'); s.vm(); lap('all');
  }
});
