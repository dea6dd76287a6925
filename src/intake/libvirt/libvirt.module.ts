import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AnswerHookHandler } from './answer-hook.js';
import { ImportDomainLogHandler } from './import-log.js';
import { LibvirtController } from './libvirt.controller.js';
import { RecordEventLinesHandler } from './record-event-lines.js';

/** libvirt's way in. Injects what the `StoreModule` gives, and asks what the `HostKitModule` answers. */
@Module({
  imports: [CqrsModule],
  controllers: [LibvirtController],
  providers: [AnswerHookHandler, RecordEventLinesHandler, ImportDomainLogHandler],
})
export class LibvirtModule {}
