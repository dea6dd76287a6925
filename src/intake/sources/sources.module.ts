import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CloudEventsController } from '../cloudevents/cloudevents.controller.js';
import { MessageRecording } from './record-messages.js';
import { SourceRecorder } from './source-recorder.js';

/** Ways in beside libvirt's. Injects what the `StoreModule` gives. */
@Module({
  imports: [CqrsModule],
  controllers: [CloudEventsController],
  providers: [SourceRecorder, MessageRecording],
})
export class SourcesModule {}
