/**
 * The lifecycle of a stream (RFC 9113 §5.1), one table for both roles.
 *
 * ```
 *                              +--------+
 *                      send PP |        | recv PP
 *                     ,--------+  idle  +--------.
 *                    /         |        |         \
 *                   v          +--------+          v
 *            +----------+          |           +----------+
 *            |          |          | send H /  |          |
 *     ,------+ reserved |          | recv H    | reserved +------.
 *     |      | (local)  |          |           | (remote) |      |
 *     |      +---+------+          v           +------+---+      |
 *     |          |             +--------+             |          |
 *     |          |     recv ES |        | send ES     |          |
 *     |   send H |     ,-------+  open  +-------.     | recv H   |
 *     |          |    /        |        |        \    |          |
 *     |          v   v         +---+----+         v   v          |
 *     |      +----------+          |           +----------+      |
 *     |      |   half-  |          |           |   half-  |      |
 *     |      |  closed  |          | send R /  |  closed  |      |
 *     |      | (remote) |          | recv R    | (local)  |      |
 *     |      +----+-----+          |           +-----+----+      |
 *     |           |                |                 |           |
 *     |           | send ES /      |       recv ES / |           |
 *     |           |  send R /      v        send R / |           |
 *     |           |  recv R    +--------+   recv R   |           |
 *     | send R /  `----------->|        |<-----------'  send R / |
 *     | recv R                 | closed |               recv R   |
 *     `----------------------->|        |<-----------------------'
 *                              +--------+
 *
 *     H HEADERS, PP PUSH_PROMISE, ES END_STREAM, R RST_STREAM
 * ```
 *
 * `closed` is three states here, because what may follow depends on how it was reached: by
 * END_STREAM on both halves, by a reset of the peer's, or by a reset of ours.
 *
 * @module
 */

/** The states by name. */
export type StreamState =
  | "idle"
  | "reserved (local)"
  | "reserved (remote)"
  | "open"
  | "half-closed (local)"
  | "half-closed (remote)"
  | "closed (ended)"
  | "closed (reset by the peer)"
  | "closed (reset by us)";

/** Nothing was sent or received. */
export const IDLE = 0;
/** We have promised a response on it. */
export const RESERVED_LOCAL = 1;
/** The peer has promised a response on it. */
export const RESERVED_REMOTE = 2;
/** Both may send. */
export const OPEN = 3;
/** We have ended our half. */
export const HALF_CLOSED_LOCAL = 4;
/** The peer has ended its half. */
export const HALF_CLOSED_REMOTE = 5;
/** Both halves have ended. */
export const CLOSED_ENDED = 6;
/** The peer has sent RST_STREAM. */
export const CLOSED_BY_PEER = 7;
/** We have sent RST_STREAM. */
export const CLOSED_BY_US = 8;

/** HEADERS received: a head or trailers. */
export const RECEIVE_HEADERS = 0;
/** DATA received. */
export const RECEIVE_DATA = 1;
/** END_STREAM received, on either. */
export const RECEIVE_END = 2;
/** RST_STREAM received. */
export const RECEIVE_RESET = 3;
/** WINDOW_UPDATE received. */
export const RECEIVE_WINDOW_UPDATE = 4;
/** PRIORITY received. */
export const RECEIVE_PRIORITY = 5;
/** PUSH_PROMISE received that promises a response on this stream. */
export const RECEIVE_PROMISE = 6;
/** PUSH_PROMISE received on this stream. */
export const RECEIVE_PUSH = 7;
/** HEADERS sent: a head or trailers. */
export const SEND_HEADERS = 8;
/** DATA sent. */
export const SEND_DATA = 9;
/** END_STREAM sent, on either. */
export const SEND_END = 10;
/** RST_STREAM sent. */
export const SEND_RESET = 11;
/** WINDOW_UPDATE sent. */
export const SEND_WINDOW_UPDATE = 12;
/** PUSH_PROMISE sent that promises a response on this stream. */
export const SEND_PROMISE = 13;
/** PUSH_PROMISE sent on this stream. */
export const SEND_PUSH = 14;

/** How many states there are. */
export const STATE_COUNT = 9;
/** How many inputs there are. */
export const INPUT_COUNT = 15;

/** Verdicts are the values of {@linkcode transition} from here on. */
export const FIRST_VERDICT = 0xf0;
/** The caller may not do this now. */
export const NOT_ALLOWED = 0xf0;
/** The peer's frame means nothing any more: it is ignored. */
export const IGNORED = 0xf1;
/** A connection error of type PROTOCOL_ERROR. */
export const CONNECTION_PROTOCOL_ERROR = 0xf2;
/** A connection error of type STREAM_CLOSED. */
export const CONNECTION_STREAM_CLOSED = 0xf3;
/** A stream error of type STREAM_CLOSED. */
export const STREAM_STREAM_CLOSED = 0xf4;

const NAMES: readonly StreamState[] = [
  "idle",
  "reserved (local)",
  "reserved (remote)",
  "open",
  "half-closed (local)",
  "half-closed (remote)",
  "closed (ended)",
  "closed (reset by the peer)",
  "closed (reset by us)",
];

const FIRST_SEND = SEND_HEADERS;

type Arrow = readonly [from: number, input: number, to: number];

const ARROWS: readonly Arrow[] = [
  [IDLE, RECEIVE_HEADERS, OPEN],
  [IDLE, RECEIVE_PRIORITY, IDLE],
  [IDLE, RECEIVE_PROMISE, RESERVED_REMOTE],
  [IDLE, SEND_HEADERS, OPEN],
  [IDLE, SEND_PROMISE, RESERVED_LOCAL],

  [RESERVED_LOCAL, RECEIVE_RESET, CLOSED_BY_PEER],
  [RESERVED_LOCAL, RECEIVE_WINDOW_UPDATE, RESERVED_LOCAL],
  [RESERVED_LOCAL, RECEIVE_PRIORITY, RESERVED_LOCAL],
  [RESERVED_LOCAL, SEND_HEADERS, HALF_CLOSED_REMOTE],
  [RESERVED_LOCAL, SEND_RESET, CLOSED_BY_US],

  [RESERVED_REMOTE, RECEIVE_HEADERS, HALF_CLOSED_LOCAL],
  [RESERVED_REMOTE, RECEIVE_RESET, CLOSED_BY_PEER],
  [RESERVED_REMOTE, RECEIVE_PRIORITY, RESERVED_REMOTE],
  [RESERVED_REMOTE, SEND_RESET, CLOSED_BY_US],
  [RESERVED_REMOTE, SEND_WINDOW_UPDATE, RESERVED_REMOTE],

  [OPEN, RECEIVE_HEADERS, OPEN],
  [OPEN, RECEIVE_DATA, OPEN],
  [OPEN, RECEIVE_END, HALF_CLOSED_REMOTE],
  [OPEN, RECEIVE_RESET, CLOSED_BY_PEER],
  [OPEN, RECEIVE_WINDOW_UPDATE, OPEN],
  [OPEN, RECEIVE_PRIORITY, OPEN],
  [OPEN, RECEIVE_PUSH, OPEN],
  [OPEN, SEND_HEADERS, OPEN],
  [OPEN, SEND_DATA, OPEN],
  [OPEN, SEND_END, HALF_CLOSED_LOCAL],
  [OPEN, SEND_RESET, CLOSED_BY_US],
  [OPEN, SEND_WINDOW_UPDATE, OPEN],
  [OPEN, SEND_PUSH, OPEN],

  [HALF_CLOSED_LOCAL, RECEIVE_HEADERS, HALF_CLOSED_LOCAL],
  [HALF_CLOSED_LOCAL, RECEIVE_DATA, HALF_CLOSED_LOCAL],
  [HALF_CLOSED_LOCAL, RECEIVE_END, CLOSED_ENDED],
  [HALF_CLOSED_LOCAL, RECEIVE_RESET, CLOSED_BY_PEER],
  [HALF_CLOSED_LOCAL, RECEIVE_WINDOW_UPDATE, HALF_CLOSED_LOCAL],
  [HALF_CLOSED_LOCAL, RECEIVE_PRIORITY, HALF_CLOSED_LOCAL],
  [HALF_CLOSED_LOCAL, RECEIVE_PUSH, HALF_CLOSED_LOCAL],
  [HALF_CLOSED_LOCAL, SEND_RESET, CLOSED_BY_US],
  [HALF_CLOSED_LOCAL, SEND_WINDOW_UPDATE, HALF_CLOSED_LOCAL],

  [HALF_CLOSED_REMOTE, RECEIVE_HEADERS, STREAM_STREAM_CLOSED],
  [HALF_CLOSED_REMOTE, RECEIVE_DATA, STREAM_STREAM_CLOSED],
  [HALF_CLOSED_REMOTE, RECEIVE_RESET, CLOSED_BY_PEER],
  [HALF_CLOSED_REMOTE, RECEIVE_WINDOW_UPDATE, HALF_CLOSED_REMOTE],
  [HALF_CLOSED_REMOTE, RECEIVE_PRIORITY, HALF_CLOSED_REMOTE],
  [HALF_CLOSED_REMOTE, SEND_HEADERS, HALF_CLOSED_REMOTE],
  [HALF_CLOSED_REMOTE, SEND_DATA, HALF_CLOSED_REMOTE],
  [HALF_CLOSED_REMOTE, SEND_END, CLOSED_ENDED],
  [HALF_CLOSED_REMOTE, SEND_RESET, CLOSED_BY_US],
  [HALF_CLOSED_REMOTE, SEND_PUSH, HALF_CLOSED_REMOTE],

  // RFC 9113 §5.1: after END_STREAM nothing may come but what may have been sent before it was
  // known that we have ended our half too.
  [CLOSED_ENDED, RECEIVE_HEADERS, CONNECTION_STREAM_CLOSED],
  [CLOSED_ENDED, RECEIVE_DATA, CONNECTION_STREAM_CLOSED],
  [CLOSED_ENDED, RECEIVE_RESET, IGNORED],
  [CLOSED_ENDED, RECEIVE_WINDOW_UPDATE, IGNORED],
  [CLOSED_ENDED, RECEIVE_PRIORITY, IGNORED],

  [CLOSED_BY_PEER, RECEIVE_HEADERS, STREAM_STREAM_CLOSED],
  [CLOSED_BY_PEER, RECEIVE_DATA, STREAM_STREAM_CLOSED],
  [CLOSED_BY_PEER, RECEIVE_RESET, IGNORED],
  [CLOSED_BY_PEER, RECEIVE_WINDOW_UPDATE, IGNORED],
  [CLOSED_BY_PEER, RECEIVE_PRIORITY, IGNORED],

  // The peer may have sent all of these before our reset reached it.
  [CLOSED_BY_US, RECEIVE_HEADERS, IGNORED],
  [CLOSED_BY_US, RECEIVE_DATA, IGNORED],
  [CLOSED_BY_US, RECEIVE_RESET, IGNORED],
  [CLOSED_BY_US, RECEIVE_WINDOW_UPDATE, IGNORED],
  [CLOSED_BY_US, RECEIVE_PRIORITY, IGNORED],
  [CLOSED_BY_US, RECEIVE_PUSH, IGNORED],
];

const TABLE = compile();

/** The state behind `input`, or a verdict, which is {@linkcode FIRST_VERDICT} or above. */
export function transition(state: number, input: number): number {
  return TABLE[(state << 4) | input];
}

/** Whether the stream is none any more. */
export function isClosed(state: number): boolean {
  return state >= CLOSED_ENDED;
}

/** Whether the peer may still send content. */
export function isRemoteOpen(state: number): boolean {
  return state === OPEN || state === HALF_CLOSED_LOCAL;
}

/** The name of a state, for messages. */
export function stateName(state: number): StreamState {
  return NAMES[state];
}

function compile(): Uint8Array {
  const table = new Uint8Array(16 * 16).fill(CONNECTION_PROTOCOL_ERROR);
  for (let state = 0; state < 16; state++) {
    table.fill(NOT_ALLOWED, (state << 4) | FIRST_SEND, (state + 1) << 4);
  }
  for (const [from, input, to] of ARROWS) table[(from << 4) | input] = to;
  return table;
}
