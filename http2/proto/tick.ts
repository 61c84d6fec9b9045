/**
 * What is due, connection first and then stream by stream.
 *
 * @module
 */

import { CANCEL, ENHANCE_YOUR_CALM, NO_ERROR, SETTINGS_TIMEOUT } from "../frame/error_code.ts";
import type { Connection } from "./connection.ts";
import { SWEEP_MS } from "./connection_clock.ts";
import type { Http2Failed } from "./events.ts";
import { FOR_LIFE } from "./ping_keeper.ts";
import { stopDraining } from "./send_data.ts";
import { DISCARDS, EXPECTS_CONTINUE, HEAD_SENT, IS_CONNECT, type Stream } from "./stream.ts";
import { HALF_CLOSED_LOCAL, isRemoteOpen } from "./stream_state.ts";

/** Does what is due at the connection's time, and queues the events that it makes. */
export function tick(connection: Connection): void {
  const { clock, events, goaway, now, output, pings, streams, timeouts } = connection;
  const failure = overdue(connection);
  if (failure !== undefined) {
    events.push(failure);
    return;
  }
  if (now >= clock.pingAt) {
    if (pings.canSend) pings.send(output, FOR_LIFE, now);
    if (clock.pongAt === Infinity) clock.pongAt = now + timeouts.pingTimeoutMs;
    clock.heard(now);
  }
  if (now >= clock.shutdownAt) {
    clock.shutdownAt = Infinity;
    if (!goaway.final) goaway.send(output, streams.lastPeerId, NO_ERROR, "");
  }
  if (now >= clock.sweepAt) sweep(connection);
}

/** The first wait of the connection that is over. */
function overdue(connection: Connection): Http2Failed | undefined {
  const { clock, now, timeouts } = connection;
  if (now >= clock.settingsAt) {
    const reason = `SETTINGS were not exchanged within ${timeouts.settingsMs} ms`;
    return connection.fail(SETTINGS_TIMEOUT, reason, { limit: "settingsMs" });
  }
  if (now >= clock.pongAt) {
    const reason = `A PING was not answered within ${timeouts.pingTimeoutMs} ms`;
    return connection.fail(NO_ERROR, reason, { limit: "pingTimeoutMs" });
  }
  if (now >= clock.headAt) {
    const reason = `A field section was not complete within ${timeouts.headMs} ms`;
    return connection.fail(ENHANCE_YOUR_CALM, reason, { limit: "headMs", statusHint: 408 });
  }
  if (now >= clock.idleAt) {
    const reason = `There was no stream for ${timeouts.idleMs} ms`;
    return connection.fail(NO_ERROR, reason, { limit: "idleMs" });
  }
  return undefined;
}

/** Looks at all streams that may be waiting for the peer. */
function sweep(connection: Connection): void {
  const { clock, events, now } = connection;
  clock.sweepAt = Infinity;
  const stalled = stalledConnection(connection);
  if (stalled !== undefined) {
    events.push(stalled);
    return;
  }
  let waits = connection.queuedBytes > 0;
  for (const stream of [...connection.streams.all()]) {
    const failure = stalledStream(connection, stream) ?? overdueBody(connection, stream);
    if (failure !== undefined) events.push(failure);
    if (connection.over) return;
    waits ||= stream.id !== 0 && stream.bodySince >= 0;
  }
  if (waits) clock.sweepAt = now + SWEEP_MS;
}

/** A window of the connection's that the peer holds at nothing, or nearly so. */
function stalledConnection(connection: Connection): Http2Failed | undefined {
  const { clock, now, timeouts } = connection;
  if (connection.queuedBytes === 0) clock.stallSince = -1;
  else if (clock.stallSince < 0) {
    if (connection.sendWindow > 0) return undefined;
    clock.stallSince = now;
    connection.stallBytes = 0;
  } else if (now - clock.stallSince >= timeouts.stallMs) {
    if (
      connection.sendWindow <= 0 && isTooSlow(connection, connection.stallBytes, clock.stallSince)
    ) {
      const reason = `The connection's window let nothing through for ${timeouts.stallMs} ms`;
      return connection.fail(ENHANCE_YOUR_CALM, reason, {
        limit: connection.stallBytes === 0 ? "stallMs" : "minSendBytesPerSecond",
        statusHint: 408,
      });
    }
    clock.stallSince = -1;
  }
  return undefined;
}

/** The same of a stream's window. */
function stalledStream(connection: Connection, stream: Stream): Http2Failed | undefined {
  const { now, timeouts } = connection;
  if (stream.queuedBytes === 0) stream.stallSince = -1;
  else if (stream.stallSince < 0) {
    if (stream.sendWindow > 0) return undefined;
    stream.stallSince = now;
    stream.stallBytes = 0;
  } else if (now - stream.stallSince >= timeouts.stallMs) {
    if (stream.sendWindow <= 0 && isTooSlow(connection, stream.stallBytes, stream.stallSince)) {
      const reason = `The stream's window let nothing through for ${timeouts.stallMs} ms`;
      return connection.failStream(stream.id, ENHANCE_YOUR_CALM, reason, {
        limit: stream.stallBytes === 0 ? "stallMs" : "minSendBytesPerSecond",
        statusHint: 408,
      });
    }
    stream.stallSince = -1;
  }
  return undefined;
}

function isTooSlow(connection: Connection, sentBytes: number, since: number): boolean {
  const { now, timeouts } = connection;
  return sentBytes === 0 ||
    sentBytes * 1000 < timeouts.minSendBytesPerSecond * (now - since);
}

/** A message whose content does not come, or comes although nobody wants it. */
function overdueBody(connection: Connection, stream: Stream): Http2Failed | undefined {
  const { events, isServer, now, timeouts } = connection;
  if (stream.id === 0 || stream.bodySince < 0 || !isRemoteOpen(stream.state)) return undefined;
  const answered = isServer && stream.state === HALF_CLOSED_LOCAL;
  if (answered && stream.has(DISCARDS)) {
    if (now - stream.bodySince >= timeouts.drainMs) stopDraining(connection, stream);
    return undefined;
  }
  if (stream.outstanding > 0 || stream.has(EXPECTS_CONTINUE | IS_CONNECT)) {
    stream.bodySince = now; // it is our turn, or nobody's
    return undefined;
  }
  if (now - stream.bodySince < timeouts.bodyMs) return undefined;
  if (answered) {
    events.push({ type: "reset", streamId: stream.id, code: NO_ERROR });
    stopDraining(connection, stream);
    return undefined;
  }
  // Who answers while it reads may have a peer that waits for the answer.
  if (isServer && stream.has(HEAD_SENT)) return undefined;
  const reason = `No content came for ${timeouts.bodyMs} ms`;
  return connection.failStream(stream.id, CANCEL, reason, { limit: "bodyMs", statusHint: 408 });
}
