/**
 * SETTINGS (RFC 9113 §6.5).
 *
 * @module
 */

import { FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR, PROTOCOL_ERROR } from "../frame/error_code.ts";
import { ACK } from "../frame/frame_type.ts";
import { writeSettingsAck, writeWindowUpdate } from "../frame/frame_writer.ts";
import {
  applySetting,
  ENABLE_PUSH,
  HEADER_TABLE_SIZE,
  SETTING_BYTES,
  settingName,
} from "../frame/settings.ts";
import type { Connection } from "./connection.ts";
import type { Http2Event, Http2Failed } from "./events.ts";
import { noteRoom, noteStall } from "./flow_stalls.ts";
import { widen } from "./flow_window.ts";
import { giveBack } from "./receive_window.ts";
import { isRemoteOpen } from "./stream_state.ts";

/** Takes in the frame just read. */
export function onSettings(connection: Connection): Http2Event | undefined {
  const { frames, settings } = connection;
  if (frames.streamId !== 0) {
    return connection.fail(PROTOCOL_ERROR, "SETTINGS came on a stream other than 0");
  }
  if ((frames.flags & ACK) !== 0) return onAck(connection);
  if (frames.length % SETTING_BYTES !== 0) {
    return connection.fail(FRAME_SIZE_ERROR, `SETTINGS has ${frames.length} bytes`);
  }
  settings.received = true;
  const failure = connection.count("maxSettings") ?? apply(connection);
  if (failure !== undefined) return failure;
  writeSettingsAck(connection.output);
  connection.witness?.settings("received", settings.remote);
  const { maxConcurrentStreams, enableConnectProtocol } = settings.remote;
  return { type: "settings", maxConcurrentStreams, enableConnectProtocol };
}

function onAck(connection: Connection): Http2Failed | undefined {
  const { clock, decoder, frames, limits, settings } = connection;
  if (frames.length !== 0) {
    return connection.fail(FRAME_SIZE_ERROR, "The acknowledgement of SETTINGS has a payload");
  }
  if (!settings.received) {
    return connection.fail(PROTOCOL_ERROR, "The first frame must be SETTINGS");
  }
  // We send SETTINGS once. RFC 9113 does not say what a second acknowledgement is; it is harmless.
  if (settings.acknowledged) return connection.count("maxSettings");
  const { initialWindowBytes } = settings;
  settings.acknowledged = true;
  changeCredits(connection, settings.initialWindowBytes - initialWindowBytes);
  clock.settingsAt = Infinity;
  if (limits.maxDecoderTableBytes < 4096) decoder.setMaxTableBytes(limits.maxDecoderTableBytes);
  return undefined;
}

/**
 * RFC 9113 §6.9.2: what the peer may send on the streams there are has changed when it took ours in.
 * Where that is less than the default, it may by now wait for room that we have to give.
 */
function changeCredits(connection: Connection, difference: number): void {
  if (difference === 0) return;
  const { bandwidth, output, streams } = connection;
  for (const stream of streams.all()) {
    stream.available += difference;
    const more = giveBack(stream, 0, bandwidth.streamBytes);
    if (more > 0 && isRemoteOpen(stream.state)) writeWindowUpdate(output, stream.id, more);
  }
}

function apply(connection: Connection): Http2Failed | undefined {
  const { frames, settings: { remote } } = connection;
  const { initialWindowBytes } = remote;
  for (let at = frames.start; at < frames.end; at += SETTING_BYTES) {
    const id = (frames.bytes[at] << 8) | frames.bytes[at + 1];
    const value = frames.u32(at + 2);
    const code = applySetting(remote, id, value);
    if (code !== 0) return connection.fail(code, `${settingName(id)} may not be ${value}`);
    // RFC 7541 §4.2: of several sizes the smallest counts, too.
    if (id === HEADER_TABLE_SIZE) connection.encoder.setMaxTableBytes(value);
    // RFC 9113 §6.5.2: a server never takes pushes.
    if (id === ENABLE_PUSH && value === 1 && !connection.isServer) {
      return connection.fail(PROTOCOL_ERROR, "A server sent SETTINGS_ENABLE_PUSH of 1");
    }
  }
  return changeWindows(connection, remote.initialWindowBytes - initialWindowBytes);
}

/** RFC 9113 §6.9.2: the windows of all streams change with the initial one. */
function changeWindows(connection: Connection, difference: number): Http2Failed | undefined {
  if (difference === 0) return undefined;
  const { scheduler, streams } = connection;
  for (const stream of streams.all()) {
    if (!widen(stream, difference)) {
      const reason = "SETTINGS_INITIAL_WINDOW_SIZE makes a window larger than 2^31-1";
      return connection.fail(FLOW_CONTROL_ERROR, reason);
    }
    if (stream.queuedBytes === 0) continue;
    if (stream.sendWindow > 0) scheduler.add(stream);
    else scheduler.remove(stream);
    noteStall(connection, stream);
    noteRoom(connection, stream);
  }
  return undefined;
}
