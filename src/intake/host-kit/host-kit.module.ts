import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AskAdviceHandler, ListTaintedHandler } from './ask-advice.js';
import { HostKitController } from './host-kit.controller.js';
import { AskQuestionsHandler } from './questions.js';
import { ReportGapHandler } from './report-gap.js';
import { ReportGoneHandler } from './report-gone.js';
import { ReportObservedHandler } from './report-observed.js';
import { ReportProbeHandler } from './report-probe.js';
import { ReportRunningHandler } from './report-running.js';

/** What the kit on a libvirt host tells beside hooks, events and logs, and what it asks. */
@Module({
  imports: [CqrsModule],
  controllers: [HostKitController],
  providers: [
    AskAdviceHandler,
    ListTaintedHandler,
    AskQuestionsHandler,
    ReportGapHandler,
    ReportGoneHandler,
    ReportObservedHandler,
    ReportProbeHandler,
    ReportRunningHandler,
  ],
})
export class HostKitModule {}
