// Makes the next reboot of a guest that needs a cold boot end its process. Run it on the VM's host.
// `--live`: the running guest alone; in the definition (`--config`) it would end every later reboot too.
// libvirt then leaves the domain shut off: whatever watches over your guests has to start it.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { receive } from './receiver.mjs';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

receive(async ({ type, data }) => {
  if (type !== 'vm.cold_boot_needed' || !UUID.test(data.vm.uuid)) return;
  await promisify(execFile)('virsh', ['set-lifecycle-action', data.vm.uuid, 'reboot', 'destroy', '--live']);
  console.log(
    `${data.vm.uuid}: the next reboot is a cold boot (${data.behaviours?.join(', ') ?? 'see hopledger'})`,
  );
});
