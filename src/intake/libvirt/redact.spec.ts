import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BadDomainXml, parseDomainXml } from './domain-xml.js';
import { launchConfigurationOf } from './launch-configuration.js';
import { redactDomainXml } from './redact.js';
import { escapeAttribute, escapeText } from './text-edits.js';

const FIXTURES = new URL('./fixtures/', import.meta.url);
const ID = '11111111-2222-4333-8444-000000000001';

/** A domain with `secret` in every place that can hold one. */
const domainWith = (secret: string): string => {
  const inAttribute = escapeAttribute(secret);
  const inText = escapeText(secret);
  const inOption = escapeAttribute(secret.replaceAll(',', ',,'));
  const inJson = escapeAttribute(JSON.stringify(secret));
  const args = [
    '-object', `secret,id=sec0,data=${inOption},format=raw`,
    '-object', `{&quot;qom-type&quot;:&quot;secret&quot;,&quot;id&quot;:&quot;s&quot;,&quot;data&quot;:${inJson}}`,
    '-spice', `port=5900,password=${inOption}`,
    '-vnc', `:1,p&#97;ssword=${inOption},x=1`,
    '-fw_cfg', `name=opt/a,string=${inOption}`,
    '-smbios', `type=1,serial=${inOption},sku=${inOption}`,
    '--smbios', inOption,
    '-iscsi', `user=me,password=${inOption}`,
    '-drive', `file=iscsi://me%${escapeAttribute(encodeURIComponent(secret))}@10.0.0.1/iqn,if=none`,
    '-drive', `file=rbd:pool/image:id=admin:key=${inOption}`,
    '-blockdev', `{&quot;file&quot;:{&quot;password-secret&quot;:&quot;s0&quot;,&quot;cookie&quot;:${inJson}}}`,
    '-append', `quiet token=${inOption}`,
    '-device', `isa-applesmc,osk=${inOption},id=smc`,
    '-device', `{&quot;driver&quot;:&quot;isa-applesmc&quot;,&quot;osk&quot;:${inJson}}`,
    '-set', `device.smc.osk=${inOption}`,
    '-global', `isa-applesmc.osk=${inOption}`,
    '-global', `driver=isa-applesmc,property=osk,value=${inOption}`,
  ]; // prettier-ignore
  return `<?xml version='1.0'?>
<?tool ${inText.replaceAll('?', '')}?>
<!-- ${inText.replaceAll('-', '')} -->
<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>vm</name>
  <uuid>${ID}</uuid>
  <metadata><x:app xmlns:x='urn:x'><x:apiToken>${inText}</x:apiToken><x:option name='db-password' value='${inAttribute}'/></x:app></metadata>
  <sysinfo type='smbios'><system><entry name='serial'>${inText}</entry></system><oemStrings><entry>${inText}</entry></oemStrings></sysinfo>
  <sysinfo type='fwcfg'><entry name='opt/x'>${inText}</entry></sysinfo>
  <os><type machine='pc-q35-7.2'>hvm</type><cmdline>root=/dev/sda password=${inText.replaceAll(',', ',,')}</cmdline></os>
  <launchSecurity type='sev'><policy>0x0003</policy><cbitpos>47</cbitpos><session>${inText}</session><dhCert>${inText}</dhCert></launchSecurity>
  <devices>
    <disk type='network' device='disk'>
      <auth username='${inAttribute}'><secret type='ceph' usage='pool'>${inText}</secret></auth>
      <source protocol='rbd' name='pool/image:key=${inOption}'>
        <auth username='libvirt'><secret type='iscsi' uuid='${ID}' value='${inAttribute}'/></auth>
        <encryption format='luks'><secret type='passphrase' uuid='${ID}'><![CDATA[${secret.replaceAll(']', '')}]]></secret></encryption>
      </source>
      <target dev='vda' bus='virtio'/>
    </disk>
    <disk type='network'>
      <source protocol='https' name='a.iso' query='${inAttribute}'>
        <host name='h'/><cookies><cookie name='session'>${inText}</cookie></cookies>
      </source>
      <target dev='vdb' bus='virtio'/>
    </disk>
    <tpm model='tpm-crb'><backend type='emulator'><encryption secret='${ID}'/></backend></tpm>
    <graphics type='vnc' passwd='${inAttribute}' passwdValidTo='${inAttribute}' port='5900'/>
  </devices>
  <seclabel type='dynamic' model='dac'><label>+64055:+64055</label></seclabel>
  <qemu:override><qemu:device alias='smc'><qemu:frontend><qemu:property name='osk' type='string' value='${inAttribute}'/></qemu:frontend></qemu:device></qemu:override>
  <qemu:commandline>
    ${args.map((value) => `<qemu:arg value='${value}'/>`).join('\n    ')}
    <qemu:env name='SECRET_ENV' value='${inAttribute}'/><qemu:env name='PLAIN' value='${inAttribute}'/>
  </qemu:commandline>
</domain>
`;
};

describe('redactDomainXml', () => {
  it('leaves no marked secret anywhere, whatever characters surround it', () => {
    const noise = fc.string({
      maxLength: 8,
      unit: fc.constantFrom(...Array.from('aZ0 ,=&<>\'"@:;/%#{}\\\n-_.é')),
    });
    fc.assert(
      fc.property(noise, noise, (before, after) => {
        const text = domainWith(`${before}MARKED${after}`);
        expect(text).toContain('MARKED');
        const clean = redactDomainXml(text);
        expect(clean).not.toContain('MARKED');
        expect(redactDomainXml(clean)).toBe(clean);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves an XML that still parses and means the same launch, but for what was secret', () => {
    const text = domainWith('s3cret');
    const clean = redactDomainXml(text);
    const launched = (xml: string) => launchConfigurationOf(parseDomainXml(xml)).configuration;
    expect(launched(clean)).toEqual(launched(text));
  });

  it('keeps what says which secret, where and for whom it is labelled', () => {
    const clean = redactDomainXml(domainWith('s3cret'));
    for (const kept of [
      "<secret type='ceph' usage='pool'>[redacted]</secret>",
      `uuid='${ID}' value='[redacted]'/>`,
      `<encryption secret='${ID}'/>`,
      '<label>+64055:+64055</label>',
      '<policy>0x0003</policy><cbitpos>47</cbitpos><session>[redacted]</session>',
      "value='secret,id=sec0,data=[redacted],format=raw'",
      "value=':1,password=[redacted],x=1'",
      "value='type=1,[redacted]'",
      "value='file=iscsi://[redacted]@10.0.0.1/iqn,if=none'",
      "passwd='[redacted]' passwdValidTo='[redacted]' port='5900'",
      "<cookie name='session'>[redacted]</cookie>",
      "<?xml version='1.0'?>",
      '<!--[redacted]-->',
    ]) {
      expect(clean).toContain(kept);
    }
  });

  it.each(readdirSync(FIXTURES).filter((file) => file.endsWith('.xml')))(
    'has nothing to change in the recorded %s',
    (file) => {
      const text = readFileSync(new URL(file, FIXTURES), 'utf8');
      const withoutComments = text.replaceAll(/<!--[^]*?-->/g, '');
      expect(redactDomainXml(withoutComments)).toBe(withoutComments);
    },
  );

  it('finds what a JSON argument says twice', () => {
    const json = escapeAttribute('{"a":{"data":"MARKED"},"a":1,"key":"MARKED","key":"[redacted]"}');
    expect(redactDomainXml(`<domain><arg value='${json}'/></domain>`)).not.toContain('MARKED');
  });

  it('finds it in JSON that only QEMU takes for JSON', () => {
    const json = escapeAttribute("{'driver':'isa-applesmc','osk':'MARKED'}");
    expect(redactDomainXml(`<domain><arg value='${json}'/></domain>`)).not.toContain('MARKED');
  });

  it('takes a password that looks like a UUID for a password', () => {
    expect(redactDomainXml(`<domain><graphics passwd='${ID}'/></domain>`)).toBe(
      "<domain><graphics passwd='[redacted]'/></domain>",
    );
  });

  it('refuses text that it cannot read, rather than let it through', () => {
    expect(() => redactDomainXml("<domain><graphics passwd='x'></domain>")).toThrow(BadDomainXml);
  });

  it('stays quick on long arguments made to slow it down', () => {
    for (const piece of ['-', '://', 'a=', 'data=', ',,', '{"a":', 'x@://']) {
      const text = `<domain><arg value='${escapeAttribute(piece.repeat(60_000)).slice(0, 900_000)}'/></domain>`;
      const started = performance.now();
      redactDomainXml(text.replace(/&#?\d*'/, "'"));
      expect(performance.now() - started).toBeLessThan(1500);
    }
  });
});
