// Takes an override that was left in a VM's persistent definition out of it, when hopledger says that it tainted the VM.
// Run it on the VM's host; the running guest is not touched.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { receive } from './receiver.mjs';

/** No shell: nothing in a message is ever taken for a command. */
const virsh = (...words) =>
  promisify(execFile)('virsh', words, {
    maxBuffer: 16 * 1024 * 1024,
    // Its answers are read: they are to be in English.
    env: { ...process.env, LC_ALL: 'C' },
  });
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PROPERTY = /^[\w.-]+$/;

/** The definition without this property of this device, and without what is empty then. */
const without = (xml, alias, property) => {
  const quoted = (text) => `=["']${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}["']`;
  const device = new RegExp(`<qemu:device\\s+alias${quoted(alias)}\\s*>[^]*?</qemu:device>`, 'g');
  const element = new RegExp(`\\s*<qemu:property\\s[^>]*\\bname${quoted(property)}[^>]*/>`, 'g');
  return xml
    .replace(device, (text) => text.replace(element, ''))
    .replace(/\s*<qemu:frontend>\s*<\/qemu:frontend>/g, '')
    .replace(/\s*<qemu:device\s[^>]*>\s*<\/qemu:device>/g, '')
    .replace(/\s*<qemu:override>\s*<\/qemu:override>/g, '');
};

receive(async ({ type, data }) => {
  if (type !== 'vm.tainted' || !UUID.test(data.vm.uuid)) return;
  if (data.taints === null) return console.log(`${data.vm.uuid}: too many for a message, see hopledger`);
  const leftovers = data.taints.flatMap(({ alias, latched }) => {
    const property = latched.explicit?.split('=')[0];
    return property !== undefined && PROPERTY.test(property) ? [{ alias, property }] : [];
  });
  if (leftovers.length === 0) return;
  // Of a transient domain, `dumpxml --inactive` gives the running one, and `define` would make it persistent.
  const { stdout: info } = await virsh('dominfo', data.vm.uuid);
  if (!/^Persistent:\s+yes$/m.test(info))
    return console.log(
      `${data.vm.uuid}: is transient, so no definition has it: whoever starts it must leave it out`,
    );
  const { stdout: before } = await virsh('dumpxml', '--inactive', '--security-info', data.vm.uuid);
  const after = leftovers.reduce((xml, { alias, property }) => without(xml, alias, property), before);
  if (after === before) return console.log(`${data.vm.uuid}: nothing of it is in the definition`);
  const folder = await mkdtemp(join(tmpdir(), 'leftover-'));
  try {
    const file = join(folder, 'domain.xml');
    await writeFile(file, after, { mode: 0o600 });
    await virsh('define', '--validate', file);
  } finally {
    await rm(folder, { recursive: true });
  }
  console.log(`${data.vm.uuid}: took out ${leftovers.map(({ alias, property }) => `${alias} ${property}`)}`);
});
