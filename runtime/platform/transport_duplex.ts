/**
 * A transport as a Node stream, for libraries that want one below them.
 *
 * @module
 */

import { Duplex } from "node:stream";
import type { Transport } from "../ports/transport.ts";

const READ_BYTES = 16 * 1024 + 256; // one TLS record with its overhead

/**
 * Wraps `transport`, which belongs to the stream from now on. It is read only while somebody
 * consumes the stream, and a write is done when the transport has taken all of it.
 */
export function duplexOf(transport: Transport): Duplex {
  const stream: Duplex = new Duplex({
    allowHalfOpen: true,
    read: () => {
      const into = new Uint8Array(READ_BYTES);
      transport.read(into).then(
        (count) => void stream.push(count === null ? null : into.subarray(0, count)),
        (error: Error) => void stream.destroy(error),
      );
    },
    write: (chunk: Uint8Array, _encoding, done) => {
      writeAll(transport, chunk).then(() => done(), done);
    },
    final: (done) => {
      transport.closeWrite().then(() => done(), done);
    },
    destroy: (error, done) => {
      transport.close();
      done(error);
    },
  });
  return stream;
}

async function writeAll(transport: Transport, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await transport.write(bytes.subarray(at));
}
