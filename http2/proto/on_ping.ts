/**
 * PING (RFC 9113 §6.7).
 *
 * @module
 */

import { FRAME_SIZE_ERROR, NO_ERROR, PROTOCOL_ERROR } from "../frame/error_code.ts";
import { ACK } from "../frame/frame_type.ts";
import { writePing } from "../frame/frame_writer.ts";
import type { Connection } from "./connection.ts";
import type { Http2Event } from "./events.ts";
import { FOR_BANDWIDTH, FOR_CALLER, FOR_SHUTDOWN } from "./ping_keeper.ts";

/** Takes in the frame just read. */
export function onPing(connection: Connection): Http2Event | undefined {
  const { frames, output } = connection;
  if (frames.streamId !== 0) {
    return connection.fail(PROTOCOL_ERROR, "PING came on a stream other than 0");
  }
  if (frames.length !== 8) {
    return connection.fail(FRAME_SIZE_ERROR, `PING has ${frames.length} bytes, not 8`);
  }
  const high = frames.u32(frames.start);
  const low = frames.u32(frames.start + 4);
  if ((frames.flags & ACK) !== 0) return onAnswer(connection, high, low);
  const failure = connection.count("maxPings");
  if (failure === undefined) writePing(output, ACK, high, low);
  return failure;
}

function onAnswer(connection: Connection, purpose: number, id: number): Http2Event | undefined {
  const { bandwidth, clock, goaway, now, output, pings, streams } = connection;
  const ping = pings.answer(purpose, id);
  if (ping === undefined) return connection.count("maxPings"); // an answer to nothing
  clock.pongAt = pings.since === undefined
    ? Infinity
    : pings.since + connection.timeouts.pingTimeoutMs;
  const roundTripMs = now - ping.sentAt;
  connection.witness?.pong(purpose, roundTripMs);
  switch (purpose) {
    case FOR_CALLER:
      return { type: "pong", pingId: id, roundTripMs };
    case FOR_BANDWIDTH:
      if (bandwidth.end()) {
        connection.witness?.window(bandwidth.connectionBytes, bandwidth.streamBytes, roundTripMs);
      }
      return undefined;
    case FOR_SHUTDOWN:
      if (!goaway.final) goaway.send(output, streams.lastPeerId, NO_ERROR, "");
      clock.shutdownAt = Infinity;
      return undefined;
    default:
      return undefined;
  }
}
