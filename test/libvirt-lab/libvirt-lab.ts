import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeGuestFiles } from './guest.js';
import type { HostRoot } from './host-roots.js';
import { LabHost } from './lab-host.js';
import { LabNetwork } from './lab-network.js';
import { LabServer } from './lab-server.js';

/** A network with libvirt hosts and a hopledger server, on this machine and unseen by the rest of it. */
export class LibvirtLab {
  private readonly hosts = new Map<string, LabHost>();
  private network: LabNetwork | undefined;
  private ledger: LabServer | undefined;

  private constructor(private readonly directory: string) {}

  /** @param roots what each host has installed, by the host's name */
  static async open(roots: Readonly<Record<string, HostRoot>>): Promise<LibvirtLab> {
    const lab = new LibvirtLab(mkdtempSync(join(tmpdir(), 'hopledger-libvirt-lab-')));
    try {
      await lab.start(roots);
      return lab;
    } catch (error) {
      await lab.close();
      throw error;
    }
  }

  get server(): LabServer {
    if (this.ledger === undefined) throw new Error('the lab has no server yet');
    return this.ledger;
  }

  host(name: string): LabHost {
    const host = this.hosts.get(name);
    if (host === undefined) throw new Error(`the lab has no host ${name}`);
    return host;
  }

  async close(): Promise<void> {
    await Promise.all([...this.hosts.values()].map((host) => host.stop()));
    await this.ledger?.kill();
    await this.network?.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async start(roots: Readonly<Record<string, HostRoot>>): Promise<void> {
    const images = join(this.directory, 'images');
    mkdirSync(images);
    writeGuestFiles(images);
    const network = (this.network = await LabNetwork.open());
    this.ledger = await LabServer.start(network, join(this.directory, 'server'), Object.keys(roots));
    const neighbours = Object.fromEntries(Object.keys(roots).map((name, at) => [name, `10.77.0.${at + 2}`]));
    for (const [name, root] of Object.entries(roots)) {
      const work = join(this.directory, name);
      const address = neighbours[name] ?? '';
      this.hosts.set(name, await LabHost.open({ name, root, address, neighbours, work, images }));
    }
    await Promise.all([...this.hosts.values()].map((host) => host.start(network)));
  }
}
