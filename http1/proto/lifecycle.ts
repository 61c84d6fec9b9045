/**
 * The lifecycle of a connection: one table for both halves, which a server and a client walk alike.
 *
 * A connection has two halves: one carries requests, the other responses. Each end reads one and
 * writes the other. Both halves go through the same states:
 *
 * ```
 *                     whole (a message that is its head only)
 *            ┌──────────────────────────────────────────────────┐
 *            │        head                  end                 ▼
 *    ┌────▶ IDLE ───────────────▶ BODY ───────────────────▶  DONE ────┐
 *    │       │ ▲ └ interim ┐       │ ▲ └ data ┐                │ │     │ next
 *    │       │ └───────────┘       │ └────────┘                │ │     │
 *    │       │  (responses only)   │                           │ │     │
 *    └───────┼─────────────────────┼───────────────────────────┼─┼─────┘
 *            │ last                │                      last │ │
 *            ├─────────────────────┼──────────────────────▶ CLOSED
 *            │                     │                             │
 *            │ switch (101, or 2xx to CONNECT; responses)        │ switch (requests)
 *            ├─────────────────────┼─────────────────▶ SWITCHED ◀┘
 *            │ fail                │ fail                 fail (from DONE and CLOSED too)
 *            └─────────────────────┴─────────────────────▶ FAILED
 * ```
 *
 * @module
 */

/** The half that carries requests. */
export const REQUESTS = 0;
/** The half that carries responses. */
export const RESPONSES = 1;

/** Between two messages. */
export const IDLE = 0;
/** Within a message's body. */
export const BODY = 1;
/** Behind a message: the half waits for the other one. */
export const DONE = 2;
/** The half belongs to another protocol. */
export const SWITCHED = 3;
/** No further message comes. */
export const CLOSED = 4;
/** A rule was broken: nothing further means anything. */
export const FAILED = 5;

/** A head whose body follows. */
export const ON_HEAD = 0;
/** A head without a body. */
export const ON_WHOLE = 1;
/** An interim response. */
export const ON_INTERIM = 2;
/** A part of the body. */
export const ON_DATA = 3;
/** The end of the body. */
export const ON_END = 4;
/** The connection is kept: the next message may come. */
export const ON_NEXT = 5;
/** The connection is not kept, or has ended. */
export const ON_LAST = 6;
/** The protocol changes. */
export const ON_SWITCH = 7;
/** A rule was broken. */
export const ON_FAIL = 8;

/** What {@linkcode transition} gives where there is no way. */
export const ILLEGAL = 0xff;

const STATE_NAMES = ["idle", "body", "done", "switched", "closed", "failed"] as const;
const STATES = 8; // rounded up to powers of two, so that an index is made of shifts
const EVENTS = 16;

type Arrow = readonly [from: number, event: number, to: number];

const COMMON: readonly Arrow[] = [
  [IDLE, ON_HEAD, BODY],
  [IDLE, ON_WHOLE, DONE],
  [IDLE, ON_LAST, CLOSED],
  [IDLE, ON_FAIL, FAILED],
  [BODY, ON_DATA, BODY],
  [BODY, ON_END, DONE],
  [BODY, ON_FAIL, FAILED],
  [DONE, ON_NEXT, IDLE],
  [DONE, ON_LAST, CLOSED],
  [DONE, ON_FAIL, FAILED],
  [CLOSED, ON_LAST, CLOSED],
  [CLOSED, ON_FAIL, FAILED],
  [FAILED, ON_FAIL, FAILED],
];

const ONLY: readonly (readonly Arrow[])[] = [
  // A request may ask for another protocol; when the answer says yes, its half is done already.
  [[DONE, ON_SWITCH, SWITCHED]],
  // The answer that says yes is a head with nothing behind it.
  [[IDLE, ON_SWITCH, SWITCHED], [IDLE, ON_INTERIM, IDLE]],
];

const TABLE = compile();

/** The state behind `event`, or {@linkcode ILLEGAL}. */
export function transition(half: number, state: number, event: number): number {
  return TABLE[(half << 7) | (state << 4) | event];
}

/** The name of a state, for messages. */
export function stateName(state: number): string {
  return STATE_NAMES[state];
}

function compile(): Uint8Array {
  const table = new Uint8Array(2 * STATES * EVENTS).fill(ILLEGAL);
  for (const half of [REQUESTS, RESPONSES]) {
    for (const [from, event, to] of [...COMMON, ...ONLY[half]]) {
      table[(half << 7) | (from << 4) | event] = to;
    }
  }
  return table;
}
