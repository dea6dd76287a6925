import { ProtocolServer } from './protocol-server.js';

/** A server for a test: the stand-in, or the real one that `HOPLEDGER_TEST_EVENTSTORE` names. */
export interface ServerUnderTest {
  readonly connection: string;
  /** Absent where the server is real: nobody sets its clock. */
  readonly standIn?: ProtocolServer;
  close(): Promise<void>;
}

/** Connection string of a real server; undefined when there is none. */
export const realServer = (): string | undefined => process.env['HOPLEDGER_TEST_EVENTSTORE'] || undefined;

export async function openServerUnderTest(): Promise<ServerUnderTest> {
  const real = realServer();
  if (real !== undefined) return { connection: real, close: () => Promise.resolve() };
  const standIn = await ProtocolServer.start();
  return { connection: standIn.connection(), standIn, close: () => standIn.stop() };
}
