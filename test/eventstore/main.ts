/** The stand-in as a process: says its connection string on stdout, ends with its stdin or a signal. */
import { ProtocolServer } from './protocol-server.js';

const server = await ProtocolServer.start({ port: Number(process.argv[2] ?? '0') });
console.log(server.connection());
process.stdin.resume().once('end', () => process.exit(0));
