import { test, expect } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { startServer } from '../e2e/running-server.js';
test('smoke', async () => {
  const s = await startServer();
  try {
    const r = await s.graphql<any>(`mutation { reportHost(input: {idempotencyKey: "h1", host: "hosta", builds: [{version: "8.0.0"}], libvirt: "9.0.0"}) { __typename } }`).catch((e) => String(e));
    console.log(JSON.stringify(r));
    const xml = readFileSync('/work/shared/data/libvirt/xml/003-hosta-vm1-started-begin.xml', 'utf8');
    const a = await s.post('/v1/libvirt/hook', { host: 'hosta', argv: ['vm1', 'started', 'begin', '-'], xml, at: '2026-11-21T03:10:21.700Z' });
    console.log(a.status, a.text);
    const b = await s.post('/v1/libvirt/hook', { host: 'hostb', argv: ['vm1', 'migrate', 'begin', '-'], xml: readFileSync('/work/shared/data/libvirt/xml/005-hostb-vm1-migrate-begin.xml', 'utf8'), at: '2026-11-21T03:10:25.700Z' });
    console.log(b.status, b.text.slice(0, 600));
    const q = await s.graphql<any>(`{ vm(uuid: "11111111-2222-4333-8444-000000000001") { name state carried { alias behaviour value } } fleet { __typename } }`).catch((e) => String(e));
    console.log(JSON.stringify(q));
    console.log((await (await fetch(s.url + '/health/ready')).text()));
    expect(a.status).toBe(200);
  } finally { await s.stop(); }
});
