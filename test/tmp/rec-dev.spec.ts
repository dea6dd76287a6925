import { readFileSync } from 'node:fs';
import { test, expect } from '@jest/globals';
import { loadCatalogue } from '../../src/catalogue/load.js';
import { deriveVm } from '../../src/domain/vm/derive.js';
import { readHookReport } from '../../src/intake/libvirt/hook-report.js';
import { parseVirshEvents } from '../../src/intake/libvirt/events.js';

const rec: any[] = JSON.parse(readFileSync('/tmp/rec/rec.json', 'utf8'));
const iso = (t: number) => new Date(Math.round(t * 1000)).toISOString();
const b = (version: string, p: string | null, libvirt: string) => ({ version, package: p, libvirt });
const H: any = { hosta: b('8.0.0', null, '9.0.0'), hostb: b('10.0.13', 'Debian 1:10.0.13+ds-0+deb13u1', '11.3.0'), hostc: b('11.1.3', 'Debian 1:11.1.3+ds-1', '12.8.0') };
const hosts = new Map(Object.entries(H).map(([h, v]: any) => [h, [{ at: 0, report: { host: h, builds: [{ version: v.version, package: v.package }], libvirt: v.libvirt, kernel: null, vendor: null, machineTypes: null, cpu: null } }]]));
test('rec', () => {
  const catalogue = loadCatalogue();
  const byVm = new Map<string, any[]>(); const names = new Map<string, string>();
  let n = 0, bad = 0; const lines: string[] = [];
  for (const s of rec) {
    let uuid: string | undefined;
    for (const d of s.timeline) {
      const at = iso(d.at);
      const add = (u: string, data: any) => { uuid = u; const list = byVm.get(u) ?? []; byVm.set(u, list); list.push({ id: `e${n++}`, data, metadata: { schemaVersion: 1, occurredAt: at, clockSkewMs: null, actor: '', tool: '', correlationId: '', causationId: null, report: null }, recordedAt: at, position: '', revision: 0n }); };
      if (d.kind === 'hook') {
        const r = readHookReport({ host: d.host, argv: d.argv, xml: readFileSync('/work/shared/data/libvirt/xml/' + d.xml, 'utf8') });
        names.set(r.name, r.uuid); for (const e of r.events) add(r.uuid, e);
      } else for (const e of parseVirshEvents(d.text, d.host).events) { if (e.event && names.get(e.domain)) add(names.get(e.domain)!, e.event); }
    }
    if (!uuid) continue;
    const vm = deriveVm(uuid, byVm.get(uuid)!, { catalogue, hosts } as any);
    const vals = vm.carried.map((c) => `${c.alias}=${c.value}${c.certainty === 'certain' ? '' : '?'}`).join(' ');
    lines.push(`${s.title.slice(0, 44).padEnd(44)} ${vm.state.padEnd(9)} ${(vm.current?.host ?? '-').padEnd(6)} ${vals} | hops ${vm.hops.map((h) => h.outcome[0]).join('')} cycles ${vm.powerCycles.length} left ${vm.leftovers.length}`);
    for (const [host, regs] of Object.entries(s.aer ?? {})) for (const [alias, reg] of Object.entries(regs as any)) {
      const c = vm.carried.find((v) => v.alias === alias && v.behaviour === 'pcie-err-unc-mask');
      const ok = vm.current?.host === host && c?.value === (reg === '0x02400000' ? 'on' : 'off') && c?.certainty === 'certain';
      if (!ok) { bad++; lines.push(`   !!! ${host} ${alias} real ${reg} derived ${c?.value} ${c?.certainty} at ${vm.current?.host}`); }
    }
    const live = Object.entries(s.states).filter(([, st]) => st && !String(st).startsWith('shut off')).map(([h]) => h).join();
    if ((vm.current?.host ?? '') !== live) lines.push(`   ??? states ${JSON.stringify(s.states)} derived ${vm.current?.host}`);
  }
  console.log(lines.join('\n'), bad);
  expect(bad).toBe(0);
});
