import { test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { loadCatalogue } from '../../src/catalogue/load.js';
import { diagnose } from '../../src/domain/diagnose/diagnose.js';
const catalogue = loadCatalogue();
test('scratch', () => {
  const out: string[] = [];
  const seen = new Set<string>();
  const text = (e: unknown) => (Array.isArray(e) ? e.join('\n') : String(e));
  const show = (label: string, error: string) => {
    const d = diagnose(error, catalogue);
    out.push(`### ${label}`);
    for (const f of d.findings) out.push(`  ${f.kind}/${f.severity} x${f.times}: ${f.summary}`, ...f.claims.map((c) => `     ${c.certainty}: ${c.text}`), ...f.explanations.map((e) => `     = ${e.behaviour} ${e.how.join('+')} ${e.carried}->${e.offered} ${e.certainty}`), ...f.suspects.map((s) => `     ? ${s.driver}.${s.property} ${s.incoming}->${s.here}`), ...f.nextSteps.map((s) => `     > ${s.text} | ${s.global} | ${s.device}`), `     lines ${f.lines.length}`);
    for (const l of d.notUnderstood) out.push(`  NOT ${l.number}: ${l.text.slice(0, 150)}`);
  };
  const each = (name: string, error: unknown) => {
    if (error == null) return;
    const t = text(error);
    const key = t.replace(/mac=[\w:]+|id=\w+|0x[\da-f]{1,2}\b/g, '');
    if (seen.has(key)) return;
    seen.add(key);
    show(name, t);
  };
  for (const line of readFileSync('/work/shared/data/hops/histories.jsonl', 'utf8').trim().split('\n')) {
    const h = JSON.parse(line);
    for (const s of h.steps) each(`${h.id} ${s.do} ${s.result}`, s.error);
  }
  writeFileSync('/tmp/dg/histories.txt', out.join('\n')); out.length = 0;
  for (const line of readFileSync('/work/shared/data/hops/property-mismatch.jsonl', 'utf8').trim().split('\n')) {
    const h = JSON.parse(line);
    if (h.error) each(`${h.property} ${h.carried}->${h.offered} ${h.build.version} ${h.guest}`, h.error);
  }
  writeFileSync('/tmp/dg/props.txt', out.join('\n')); out.length = 0;
  for (const f of ['hosta-vm1','hosta-vm2','hosta-vm3','hosta-vm4','hosta-vm6','hostb-vm1','hostb-vm2','hostb-vm3','hostb-vm4','hostb-vm5','hostb-vm6','hostc-vm1','hostc-vm2','hostc-vm3']) show(f, readFileSync(`/work/shared/data/libvirt/logs/${f}.log`, 'utf8'));
  for (const line of readFileSync('/work/shared/data/libvirt/steps.jsonl', 'utf8').trim().split('\n')) { const d = JSON.parse(line); if (d.stderr) show(d.virsh, text(d.stderr)); }
  const b = JSON.parse(readFileSync('/work/shared/data/catalogue/breakages.json', 'utf8'));
  for (const x of [...b.breakages, ...b.without_knob]) if (x.error_sample) show(x.id, x.error_sample.split(' / ').join('\n'));
  show('kubevirt', readFileSync('/work/shared/data/samples/kubevirt/vmim-failed.yaml', 'utf8'));
  writeFileSync('/tmp/dg/libvirt.txt', out.join('\n'));
});
