/**
 * The parameters of a connection (RFC 9113 §6.5.2, RFC 8441 §3, RFC 9218 §2.1).
 *
 * @module
 */

import { FLOW_CONTROL_ERROR, PROTOCOL_ERROR } from "./error_code.ts";
import { MAX_MAX_FRAME_BYTES, MIN_MAX_FRAME_BYTES } from "./frame_type.ts";

/** SETTINGS_HEADER_TABLE_SIZE. */
export const HEADER_TABLE_SIZE = 0x1;
/** SETTINGS_ENABLE_PUSH. */
export const ENABLE_PUSH = 0x2;
/** SETTINGS_MAX_CONCURRENT_STREAMS. */
export const MAX_CONCURRENT_STREAMS = 0x3;
/** SETTINGS_INITIAL_WINDOW_SIZE. */
export const INITIAL_WINDOW_SIZE = 0x4;
/** SETTINGS_MAX_FRAME_SIZE. */
export const MAX_FRAME_SIZE = 0x5;
/** SETTINGS_MAX_HEADER_LIST_SIZE. */
export const MAX_HEADER_LIST_SIZE = 0x6;
/** SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 8441 §3). */
export const ENABLE_CONNECT_PROTOCOL = 0x8;
/** SETTINGS_NO_RFC7540_PRIORITIES (RFC 9218 §2.1). */
export const NO_RFC7540_PRIORITIES = 0x9;

/** The bytes of one parameter. */
export const SETTING_BYTES = 6;

/** The window of a stream and of a connection before anyone says otherwise (RFC 9113 §6.9.2). */
export const DEFAULT_WINDOW_BYTES = 0xffff;

/** What one end has told about itself. */
export interface Settings {
  /** The largest dynamic table that it decodes with, in bytes. */
  headerTableBytes: number;
  /** Whether it takes pushed responses. */
  enablePush: boolean;
  /** How many streams it lets the other end open. */
  maxConcurrentStreams: number;
  /** The window of a new stream, in bytes. */
  initialWindowBytes: number;
  /** The largest frame that it takes, in bytes. */
  maxFrameBytes: number;
  /** The largest field section that it takes, in bytes as RFC 9113 §6.5.2 counts. */
  maxHeaderListBytes: number;
  /** Whether it knows extended CONNECT. */
  enableConnectProtocol: boolean;
  /** Whether it ignores the priorities of RFC 7540. */
  noRfc7540Priorities: boolean;
}

/** What holds before the first SETTINGS. */
export function initialSettings(): Settings {
  return {
    headerTableBytes: 4096,
    enablePush: true,
    maxConcurrentStreams: Infinity,
    initialWindowBytes: DEFAULT_WINDOW_BYTES,
    maxFrameBytes: MIN_MAX_FRAME_BYTES,
    maxHeaderListBytes: Infinity,
    enableConnectProtocol: false,
    noRfc7540Priorities: false,
  };
}

/**
 * Takes one parameter in.
 *
 * @returns The error code if the value may not be; 0 if all is well. What is unknown is ignored.
 */
export function applySetting(settings: Settings, id: number, value: number): number {
  switch (id) {
    case HEADER_TABLE_SIZE:
      settings.headerTableBytes = value;
      return 0;
    case ENABLE_PUSH:
      if (value > 1) return PROTOCOL_ERROR;
      settings.enablePush = value === 1;
      return 0;
    case MAX_CONCURRENT_STREAMS:
      settings.maxConcurrentStreams = value;
      return 0;
    case INITIAL_WINDOW_SIZE:
      if (value > 0x7fff_ffff) return FLOW_CONTROL_ERROR;
      settings.initialWindowBytes = value;
      return 0;
    case MAX_FRAME_SIZE:
      if (value < MIN_MAX_FRAME_BYTES || value > MAX_MAX_FRAME_BYTES) return PROTOCOL_ERROR;
      settings.maxFrameBytes = value;
      return 0;
    case MAX_HEADER_LIST_SIZE:
      settings.maxHeaderListBytes = value;
      return 0;
    case ENABLE_CONNECT_PROTOCOL:
      // RFC 8441 §3: once it was 1 it may not become 0 again.
      if (value > 1 || (value === 0 && settings.enableConnectProtocol)) return PROTOCOL_ERROR;
      settings.enableConnectProtocol = value === 1;
      return 0;
    case NO_RFC7540_PRIORITIES:
      if (value > 1) return PROTOCOL_ERROR;
      settings.noRfc7540Priorities = value === 1;
      return 0;
    default:
      return 0;
  }
}

/** The name of a parameter, for messages. */
export function settingName(id: number): string {
  switch (id) {
    case HEADER_TABLE_SIZE:
      return "SETTINGS_HEADER_TABLE_SIZE";
    case ENABLE_PUSH:
      return "SETTINGS_ENABLE_PUSH";
    case MAX_CONCURRENT_STREAMS:
      return "SETTINGS_MAX_CONCURRENT_STREAMS";
    case INITIAL_WINDOW_SIZE:
      return "SETTINGS_INITIAL_WINDOW_SIZE";
    case MAX_FRAME_SIZE:
      return "SETTINGS_MAX_FRAME_SIZE";
    case MAX_HEADER_LIST_SIZE:
      return "SETTINGS_MAX_HEADER_LIST_SIZE";
    case ENABLE_CONNECT_PROTOCOL:
      return "SETTINGS_ENABLE_CONNECT_PROTOCOL";
    case NO_RFC7540_PRIORITIES:
      return "SETTINGS_NO_RFC7540_PRIORITIES";
    default:
      return `SETTINGS 0x${id.toString(16)}`;
  }
}
