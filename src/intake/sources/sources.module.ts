import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CloudEventsController } from '../cloudevents/cloudevents.controller.js';
import { KubevirtController } from '../kubevirt/kubevirt.controller.js';
import { NovaController } from '../nova/nova.controller.js';
import { ProxmoxController } from '../proxmox/proxmox.controller.js';
import { MessageRecording } from './record-messages.js';
import { SourceRecorder } from './source-recorder.js';

/** Ways in beside libvirt's. Injects what the `StoreModule` gives. */
@Module({
  imports: [CqrsModule],
  controllers: [CloudEventsController, NovaController, KubevirtController, ProxmoxController],
  providers: [SourceRecorder, MessageRecording],
})
export class SourcesModule {}
