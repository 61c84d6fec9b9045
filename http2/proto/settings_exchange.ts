/**
 * What both ends have told about themselves, and whether the peer has agreed (RFC 9113 §6.5.3).
 *
 * @module
 */

import type { OutputQueue } from "@avx/runtime/output-queue";
import { writeSettings } from "../frame/frame_writer.ts";
import {
  applySetting,
  DEFAULT_WINDOW_BYTES,
  ENABLE_CONNECT_PROTOCOL,
  ENABLE_PUSH,
  HEADER_TABLE_SIZE,
  INITIAL_WINDOW_SIZE,
  initialSettings,
  MAX_CONCURRENT_STREAMS,
  MAX_FRAME_SIZE,
  MAX_HEADER_LIST_SIZE,
  NO_RFC7540_PRIORITIES,
  type Settings,
} from "../frame/settings.ts";
import type { Http2Limits } from "./limits.ts";

/** What an end offers beside its limits. */
export interface Offers {
  /** Whether it is the server. */
  readonly isServer: boolean;
  /** Whether pushed responses are taken (client). */
  readonly push: boolean;
  /** Whether extended CONNECT is known (server). */
  readonly connectProtocol: boolean;
}

/** The settings of both ends. */
export class SettingsExchange {
  /** The peer's. */
  readonly remote: Settings = initialSettings();
  /** Whether the peer's first SETTINGS have come. */
  received = false;
  /** Whether the peer has acknowledged ours. */
  acknowledged = false;
  /** Ours: id, value, id, value … */
  readonly parameters: readonly number[];

  readonly #streamWindowBytes: number;

  /** Makes ours from limits and offers. */
  constructor(limits: Http2Limits, offers: Offers) {
    const parameters = [
      ...[HEADER_TABLE_SIZE, limits.maxDecoderTableBytes],
      ...[INITIAL_WINDOW_SIZE, limits.streamWindowBytes],
      ...[MAX_FRAME_SIZE, limits.maxFrameBytes],
      ...[MAX_HEADER_LIST_SIZE, limits.maxHeaderListBytes],
    ];
    if (offers.isServer) {
      parameters.push(MAX_CONCURRENT_STREAMS, limits.maxConcurrentStreams);
      if (offers.connectProtocol) parameters.push(ENABLE_CONNECT_PROTOCOL, 1);
      parameters.push(NO_RFC7540_PRIORITIES, 1);
    } else {
      parameters.push(ENABLE_PUSH, offers.push ? 1 : 0);
      if (offers.push) parameters.push(MAX_CONCURRENT_STREAMS, limits.maxPushes);
    }
    this.parameters = parameters.map((value) => Math.min(value, 0xffff_ffff));
    this.#streamWindowBytes = limits.streamWindowBytes;
  }

  /** Ours, as the peer will know them. */
  get own(): Settings {
    const settings = initialSettings();
    const { parameters } = this;
    for (let at = 0; at < parameters.length; at += 2) {
      applySetting(settings, parameters[at], parameters[at + 1]);
    }
    return settings;
  }

  /** Sends ours. */
  send(out: OutputQueue): void {
    writeSettings(out, this.parameters);
  }

  /** The window of a stream that begins now: before the peer knows ours, it may use the default. */
  get initialWindowBytes(): number {
    return this.acknowledged
      ? this.#streamWindowBytes
      : Math.max(this.#streamWindowBytes, DEFAULT_WINDOW_BYTES);
  }
}
