/**
 * Which windows of the peer's are waited for (RFC 9113 §5.2), for whoever observes it.
 *
 * @module
 */

import type { Connection } from "./connection.ts";
import { STALLED, type Stream } from "./stream.ts";

/** Content was queued or sent: some may wait for a window from now on. */
export function noteStall(connection: Connection, stream: Stream): void {
  const { queuedBytes, witness } = connection;
  if (witness === undefined) return;
  if (stream.sendWindow <= 0 && stream.queuedBytes > 0 && !stream.has(STALLED)) {
    stream.flags |= STALLED;
    witness.flowControl(stream.id, true, stream.queuedBytes);
  }
  if (connection.sendWindow <= 0 && queuedBytes > 0 && !connection.stalled) {
    connection.stalled = true;
    witness.flowControl(0, true, queuedBytes);
  }
}

/** The peer has opened a stream's window. */
export function noteRoom(connection: Connection, stream: Stream): void {
  if (!stream.has(STALLED) || stream.sendWindow <= 0) return;
  stream.flags &= ~STALLED;
  connection.witness?.flowControl(stream.id, false, stream.queuedBytes);
}

/** The peer has opened the connection's window. */
export function noteConnectionRoom(connection: Connection): void {
  if (!connection.stalled || connection.sendWindow <= 0) return;
  connection.stalled = false;
  connection.witness?.flowControl(0, false, connection.queuedBytes);
}
