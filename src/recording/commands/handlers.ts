import { ReportHostHandler, RetireHostHandler } from './record-host-event.js';
import { RecordVmEventHandler } from './record-vm-event.js';

/** Providers that answer the commands of this folder. They inject `Recorder`, `HostRegistry` and `LEDGER`. */
export const RECORDING_COMMAND_HANDLERS = [
  RecordVmEventHandler,
  ReportHostHandler,
  RetireHostHandler,
] as const;
