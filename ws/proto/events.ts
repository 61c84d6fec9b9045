/**
 * What the core tells its driver.
 *
 * @module
 */

/** Why a connection failed. Each names one rule or limit. */
export type FailureCode =
  | "RESERVED_BITS"
  | "BAD_OPCODE"
  | "BAD_CONTROL_FRAME"
  | "BAD_LENGTH"
  | "BAD_MASKING"
  | "BAD_CONTINUATION"
  | "BAD_UTF8"
  | "BAD_CLOSE"
  | "BAD_COMPRESSION"
  | "FRAME_TOO_LARGE"
  | "MESSAGE_TOO_LARGE"
  | "TOO_MANY_FRAGMENTS"
  | "TOO_MANY_CONTROL_FRAMES"
  | "SLOW_PEER"
  | "PONG_TIMEOUT"
  | "CLOSE_TIMEOUT";

/** A message of text. */
export interface TextEvent {
  /** The tag. */
  readonly type: "text";
  /** The whole message. */
  readonly text: string;
}

/** A message of bytes. */
export interface BinaryEvent {
  /** The tag. */
  readonly type: "binary";
  /** The whole message. */
  readonly bytes: Uint8Array;
  /** Whether the bytes are good until the next call of `next` only. Others are given away. */
  readonly lent: boolean;
}

/** A ping, which has been answered. */
export interface PingEvent {
  /** The tag. */
  readonly type: "ping";
  /** What it carried, up to 125 bytes; good until the next call of `next`. */
  readonly bytes: Uint8Array;
}

/** A pong, asked for or not. */
export interface PongEvent {
  /** The tag. */
  readonly type: "pong";
  /** What it carried, up to 125 bytes; good until the next call of `next`. */
  readonly bytes: Uint8Array;
}

/** The peer broke a rule, a limit or a deadline. {@linkcode ClosedEvent} follows. */
export interface FailedEvent {
  /** The tag. */
  readonly type: "failed";
  /** What is over: all of it. */
  readonly scope: "connection";
  /** Which rule. */
  readonly code: FailureCode;
  /** The close code that the peer was sent, where it could be. */
  readonly statusHint: number | undefined;
  /** A sentence about it. */
  readonly reason: string;
}

/** The last event: nothing more will be received. */
export interface ClosedEvent {
  /** The tag. */
  readonly type: "closed";
  /** The peer's close code; 1005 where it gave none, 1006 where no close frame came. */
  readonly code: number;
  /** The peer's reason. */
  readonly reason: string;
  /** Whether both sides have sent a close frame. */
  readonly clean: boolean;
}

/** What happens on a WebSocket connection. */
export type WebSocketCoreEvent =
  | TextEvent
  | BinaryEvent
  | PingEvent
  | PongEvent
  | FailedEvent
  | ClosedEvent;
