import { TLSSocket } from 'node:tls';
import type { Socket } from 'node:net';

/** A client's certificate that an authority of `listen.clientCaFile` vouches for. */
export interface ClientCertificate {
  /** SHA-256 of the whole certificate, hex, lower case. */
  readonly sha256: string;
  /** Its subject alternative names, such as `DNS:hosta.example.org`. */
  readonly names: readonly string[];
}

/** Undefined: the connection has none that counts. */
export const clientCertificate = (socket: Socket): ClientCertificate | undefined => {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return undefined;
  return {
    sha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    // Node puts a name with a comma or anything else odd in it into quotes, and no quoted one is asked for.
    names: certificate.subjectAltName?.split(', ') ?? [],
  };
};
