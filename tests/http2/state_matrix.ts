/**
 * Every state against every frame: how a core gets into a state, what it makes of a frame there, and
 * all of it as a table.
 *
 * Cells of the tables: `.` nothing to tell, `=` something to tell and the state stays, a state that it
 * goes to (`id`, `rl`, `rr` reserved, `op` open, `hl`, `hr` half-closed, `ce` closed by both ends, `cp` by
 * the peer's reset, `cu` by ours), `!!` the caller may not do that, or an error of the stream (`s`) or the
 * connection (`c`): `P` PROTOCOL_ERROR, `C` STREAM_CLOSED, `S` FRAME_SIZE_ERROR,
 * `F` FLOW_CONTROL_ERROR, `K` COMPRESSION_ERROR, `R` REFUSED_STREAM, `X` CANCEL, `N` NO_ERROR,
 * `E` ENHANCE_YOUR_CALM.
 *
 * @module
 */

import { assert, assertEquals } from "../support/assert.ts";
import { bytesOf, drain, frameOf, Peer, sent, u32 } from "./cores.ts";
import { LocalProtocolError } from "@avx/semantics/errors";
import { errorCodeName } from "../../http2/frame/error_code.ts";
import type { Http2ClientCore } from "../../http2/proto/client_core.ts";
import type { Http2Event, Http2Failed } from "../../http2/proto/events.ts";
import type { Http2ServerCore } from "../../http2/proto/server_core.ts";
import type { StreamState } from "../../http2/proto/stream_state.ts";

/** Either core. */
export type EitherCore = Http2ServerCore | Http2ClientCore;

/** A core in a state. */
export interface Situation<Core extends EitherCore = EitherCore> {
  /** What the frame comes to. */
  readonly core: Core;
  /** The stream that it comes on. */
  readonly id: number;
}

/** A column: a state, by a name of few characters, and how a pair gets there. */
export interface Column<Core extends EitherCore = EitherCore> {
  readonly name: string;
  readonly reach: () => Situation<Core>;
}

/** A row: a frame, where the RFC speaks of it, and its bytes for a stream. */
export interface Row {
  readonly section: string;
  readonly name: string;
  readonly bytes: (id: number) => Uint8Array;
}

/** What is checked of a core that goes on. */
export type Alive<Core extends EitherCore> = (core: Core, marked: boolean) => void;

const STATES: Readonly<Record<StreamState, string>> = {
  "idle": "id",
  "reserved (local)": "rl",
  "reserved (remote)": "rr",
  "open": "op",
  "half-closed (local)": "hl",
  "half-closed (remote)": "hr",
  "closed (ended)": "ce",
  "closed (reset by the peer)": "cp",
  "closed (reset by us)": "cu",
};

const CODES: Readonly<Record<string, string>> = {
  NO_ERROR: "N",
  PROTOCOL_ERROR: "P",
  FLOW_CONTROL_ERROR: "F",
  STREAM_CLOSED: "C",
  FRAME_SIZE_ERROR: "S",
  REFUSED_STREAM: "R",
  CANCEL: "X",
  COMPRESSION_ERROR: "K",
  ENHANCE_YOUR_CALM: "E",
  SETTINGS_TIMEOUT: "T",
};

/** The table of all cells, as text. */
export function tableOf<Core extends EitherCore>(
  rows: readonly Row[],
  columns: readonly Column<Core>[],
  alive: Alive<Core>,
): string {
  const head = line("", "", columns.map(({ name }) => name));
  const lines = rows.map(({ section, name, bytes }) =>
    line(section, name, columns.map(({ reach }) => cell(reach(), bytes, alive)))
  );
  return [head, ...lines].join("\n");
}

/** What a caller does. */
export interface Act<Core extends EitherCore> {
  readonly name: string;
  readonly act: (core: Core, id: number) => unknown;
}

/** The table of what a caller may do in each state. */
export function actsOf<Core extends EitherCore>(
  acts: readonly Act<Core>[],
  columns: readonly Column<Core>[],
): string {
  const head = line("", "", columns.map(({ name }) => name));
  const lines = acts.map(({ name, act }) =>
    line("", name, columns.map(({ reach }) => actCell(reach(), act)))
  );
  return [head, ...lines].join("\n");
}

function actCell<Core extends EitherCore>(
  { core, id }: Situation<Core>,
  act: Act<Core>["act"],
): string {
  const before = core.streamState(id);
  drain(core);
  sent(core);
  try {
    act(core, id);
  } catch (error) {
    if (!(error instanceof LocalProtocolError)) throw error;
    assertEquals([core.streamState(id), sent(core).length], [before, 0], "nothing has happened");
    return "!!";
  }
  const output = sent(core);
  if (core.streamState(id) !== before) return STATES[core.streamState(id)];
  return output.length > 0 ? "=" : ".";
}

/** The table of what becomes of each state if nothing ever comes again: when, and what. */
export function silenceOf(columns: readonly Column[], untilMs: number): string {
  return columns.map(({ name, reach }) => {
    const { core, id } = reach();
    drain(core);
    sent(core);
    const found: string[] = [];
    let now = 0;
    while (core.deadline !== undefined && core.deadline <= untilMs) {
      const before = core.streamState(id);
      core.tick(now = Math.max(now + 1, core.deadline));
      const outcome = outcomeOf(core, id, before, drain(core)).replace("!", "");
      if (outcome !== ".") found.push(`${now / 1000} s ${outcome}`);
    }
    return `${name} ${found.join(", ")}`.trimEnd();
  }).join("\n");
}

/** A line of a table. */
export function line(section: string, name: string, cells: readonly string[]): string {
  const all = [section.padEnd(7), name.padEnd(30), ...cells.map((each) => each.padEnd(2))];
  return all.join(" ").trimEnd();
}

function cell<Core extends EitherCore>(
  { core, id }: Situation<Core>,
  bytes: Row["bytes"],
  alive: Alive<Core>,
): string {
  const before = core.streamState(id);
  drain(core);
  sent(core);
  const frame = bytes(id);
  core.receive(frame, 0);
  const outcome = outcomeOf(core, id, before, drain(core));
  const goesOn = frame[3] === 0x01 && (frame[4] & 0x04) === 0 && frame.length === 9 + frame[2];
  if (!outcome.startsWith("c!") && !goesOn) alive(core, MARK_BYTES.every(isIn(frame)));
  return outcome.replace("!", "");
}

function isIn(frame: Uint8Array): (byte: number, index: number) => boolean {
  const at = frame.length - MARK_BYTES.length;
  return (byte, index) => frame[at + index] === byte;
}

/** What a core has made of something, as a cell. */
export function outcomeOf(
  core: EitherCore,
  id: number,
  before: StreamState,
  events: readonly Http2Event[],
): string {
  const failures = events.filter((event) => event.type === "failed");
  assert(failures.length <= 1, "one fault is told once");
  const output = new Peer().read(sent(core));
  if (failures.length === 1) return faultOf(core, failures[0], output);
  const after = core.streamState(id);
  if (after !== before) return STATES[after];
  return events.length === 0 ? "." : "=";
}

/** Sees that the peer is told what the driver is told. */
function faultOf(core: EitherCore, failure: Http2Failed, output: readonly string[]): string {
  const name = errorCodeName(failure.code);
  const code = CODES[name] ?? name;
  if (failure.scope === "connection") {
    assert(/^GOAWAY 0 \d+ /.test(output.at(-1)!) && output.at(-1)!.endsWith(name), `${output}`);
    assertEquals([core.disposition, core.openStreams, core.wantsInput], ["close", 0, false]);
    return `c!${code}`;
  }
  assert(output.includes(`RST_STREAM ${failure.streamId} ${name}`), `${output}`);
  assertEquals(core.streamState(failure.streamId), "closed (reset by us)");
  return `s${code}`;
}

/** Literals that leave the tables as they are. */
export function literals(...lines: readonly string[]): number[] {
  const strings = lines.map((text) => [text.length, ...bytesOf(text)]);
  return strings.flatMap((text, at) => at % 2 === 0 ? [0x00, ...text] : text);
}

/** A field that goes into the table: whoever reads the section has it as its newest entry. */
export const MARK_BYTES: readonly number[] = [0x40, 6, ...bytesOf("x-mark"), 1, 0x31];
/** The newest entry. */
export const NEWEST = 0xbe;

/** HEADERS with a mark. */
export function marked(flags: number, id: number, fields: readonly number[]): Uint8Array {
  return frameOf(0x01, flags, id, [...fields, ...MARK_BYTES]);
}

/** The frames that mean the same to either end, whatever their stream. */
export const COMMON_ROWS: readonly Row[] = [
  { section: "6.1", name: "DATA", bytes: (id) => frameOf(0x00, 0, id, [1, 2, 3]) },
  { section: "6.1", name: "DATA, END_STREAM", bytes: (id) => frameOf(0x00, 1, id, [1, 2, 3]) },
  { section: "6.1", name: "DATA, empty", bytes: (id) => frameOf(0x00, 0, id) },
  { section: "6.1", name: "DATA, empty, END_STREAM", bytes: (id) => frameOf(0x00, 1, id) },
  { section: "6.1", name: "DATA, padded", bytes: (id) => frameOf(0x00, 8, id, [2, 1, 0, 0]) },
  { section: "6.1", name: "DATA, all of it padding", bytes: (id) => frameOf(0x00, 8, id, [1, 0]) },
  { section: "6.1", name: "DATA, too much padding", bytes: (id) => frameOf(0x00, 8, id, [2, 1]) },
  { section: "6.1", name: "DATA, padded, empty", bytes: (id) => frameOf(0x00, 8, id) },
  {
    section: "6.9",
    name: "DATA beyond the window",
    bytes: (id) => frameOf(0x00, 0, id, new Uint8Array(WINDOW_BYTES + 1)),
  },
  { section: "6.3", name: "PRIORITY", bytes: (id) => frameOf(0x02, 0, id, [...u32(99), 1]) },
  {
    section: "5.3.2",
    name: "PRIORITY on itself",
    bytes: (id) => frameOf(2, 0, id, [...u32(id), 1]),
  },
  { section: "6.3", name: "PRIORITY of 4 bytes", bytes: (id) => frameOf(0x02, 0, id, u32(99)) },
  { section: "6.4", name: "RST_STREAM", bytes: (id) => frameOf(0x03, 0, id, u32(8)) },
  { section: "6.4", name: "RST_STREAM, unknown code", bytes: (id) => frameOf(3, 0, id, u32(999)) },
  { section: "6.4", name: "RST_STREAM of 3 bytes", bytes: (id) => frameOf(0x03, 0, id, [0, 0, 8]) },
  { section: "6.5", name: "SETTINGS", bytes: (id) => frameOf(0x04, 0, id) },
  { section: "6.7", name: "PING", bytes: (id) => frameOf(0x06, 0, id, [...u32(1), ...u32(2)]) },
  { section: "6.8", name: "GOAWAY", bytes: (id) => frameOf(0x07, 0, id, [...u32(0), ...u32(0)]) },
  { section: "6.9", name: "WINDOW_UPDATE", bytes: (id) => frameOf(0x08, 0, id, u32(5)) },
  { section: "6.9", name: "WINDOW_UPDATE of 0", bytes: (id) => frameOf(0x08, 0, id, u32(0)) },
  {
    section: "6.9.1",
    name: "WINDOW_UPDATE too large",
    bytes: (id) => frameOf(0x08, 0, id, u32(0x7fff_ffff)),
  },
  { section: "6.9", name: "WINDOW_UPDATE, 3 bytes", bytes: (id) => frameOf(8, 0, id, [0, 0, 5]) },
  {
    section: "6.10",
    name: "CONTINUATION",
    bytes: (id) => frameOf(0x09, 4, id, literals("a", "b")),
  },
  { section: "9218 7", name: "PRIORITY_UPDATE", bytes: (id) => frameOf(0x10, 0, id, u32(id)) },
  {
    section: "9218 7",
    name: "PRIORITY_UPDATE of the stream",
    bytes: (id) => frameOf(0x10, 0, 0, [...u32(id), ...bytesOf("u=1")]),
  },
  { section: "5.5", name: "an unknown type", bytes: (id) => frameOf(0x42, 0xff, id, [1, 2, 3]) },
  { section: "4.2", name: "a frame too large", bytes: (id) => frameOf(0x42, 0, id, LARGE) },
];

/** The window of each stream, in bytes. */
export const WINDOW_BYTES = 100;
const LARGE = new Uint8Array(16_385);
