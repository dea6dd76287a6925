import { it } from '@jest/globals';
import { parseDomainXml } from './domain-xml.js';
import { redactDomainXml } from './redact.js';
import { launchConfigurationOf } from './launch-configuration.js';
it('t', () => {
  const dom = (x: string) => `<domain type='kvm'><name>v</name><uuid>11111111-2222-4333-8444-000000000001</uuid><os><type machine='pc-q35-7.2'/></os>${x}</domain>`;
  const at = Array.from({ length: 60 }, (_, i) => ` a${i}=''`).join('');
  const cases: Record<string, string> = {
    elements: dom('<devices>' + '<a/>'.repeat(19000) + '</devices>'),
    attrs: dom(`<a${at}/>`.repeat(4500)),
    comments: dom('<!--x-->'.repeat(19000)),
    cdata: dom('<![CDATA[x]]>'.repeat(19000)),
    nics: dom('<devices>' + `<interface type='user'/>`.repeat(19000) + '</devices>'),
    disks: dom('<devices>' + `<disk><target dev='sda' bus='scsi'/></disk>`.repeat(9000) + '</devices>'),
    videos: dom('<devices>' + `<video><model type='vga'/></video>`.repeat(9000) + '</devices>'),
    dimms: dom('<devices>' + `<memory model='dimm'/>`.repeat(19000) + '</devices>'),
    spaces: dom(' '.repeat(2000000)), amps: dom('&amp;'.repeat(400000)), lt: dom('<a ' + ' '.repeat(1900000) + '/>'),
  };
  for (const [k, x] of Object.entries(cases)) for (const [n, f] of Object.entries({ parse: parseDomainXml, redact: redactDomainXml, launch: (t: string) => launchConfigurationOf(parseDomainXml(t)) })) {
    const t = performance.now(); try { f(x); } catch (e) { console.log(String(e).slice(0, 100)); }
    const d = performance.now() - t; if (d > 300) console.log(k, n, Math.round(d));
  }
}, 300000);
