import { EventStreamParser, type ServerSentEvent } from "@avx/semantics/event-stream";
import fc from "fast-check";
import { assertEquals } from "../support/assert.ts";

function parsed(text: string, step: number, parser = new EventStreamParser()): ServerSentEvent[] {
  const bytes = new TextEncoder().encode(text);
  const events: ServerSentEvent[] = [];
  for (let at = 0; at < bytes.length; at += step) {
    parser.push(bytes.subarray(at, at + step));
    for (let event; (event = parser.next()) !== undefined;) events.push(event);
  }
  return events;
}

function message(data: string, id = "", event = "message"): ServerSentEvent {
  return { event, data, id };
}

/** Streams, most of them from the standard, and their events. */
const STREAMS: Readonly<Record<string, [string, ServerSentEvent[]]>> = {
  "of a stock": ["data: YHOO\ndata: +2\ndata: 10\n\n", [message("YHOO\n+2\n10")]],
  "with a comment, an id and one without a value": [
    ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
    [message("first event", "1"), message("second event"), message(" third event")],
  ],
  "with empty data": ["data\n\ndata\ndata\n\ndata:", [message(""), message("\n")]],
  "with or without a space": ["data:test\n\ndata: test\n\n", [message("test"), message("test")]],
  "with every kind of line end": [
    "data: a\rdata: b\r\ndata: c\n\r\ndata: d\r\rdata: e\r\n\r\ndata: f\n\n",
    [message("a\nb\nc"), message("d"), message("e"), message("f")],
  ],
  "with a byte order mark, once": ["\ufeffdata: a\n\n\ufeffdata: b\n\n", [message("a")]],
  "with names of events": [
    "event: add\ndata: 1\n\nevent: remove\n\ndata: 2\n\n",
    [message("1", "", "add"), message("2")],
  ],
  "with ids that hold a zero, and fields that nobody knows": [
    "id: 1\nid: a\0b\nother: x\nDATA: y\ndata: z\n\n",
    [message("z", "1")],
  ],
  "with text beyond ASCII": ["data: grüße 👋\n\n", [message("grüße 👋")]],
};

for (const [name, [text, events]] of Object.entries(STREAMS)) {
  Deno.test(`an event stream ${name} is parsed in any pieces`, () => {
    for (const step of [1, 2, 3, 7, text.length * 4]) {
      assertEquals(parsed(text, step), events, `by ${step}`);
    }
  });
}

Deno.test("an event stream says when to come back and where to go on", () => {
  const parser = new EventStreamParser({ lastEventId: "5" });
  assertEquals(parsed("data: a\n\n", 4, parser), [message("a", "5")]);
  parsed("retry: 2500\nretry: 1s\nretry: -1\nid: 6\ndata: b\n", 4, parser);
  assertEquals([parser.retryMs, parser.lastEventId], [2_500, "5"]);
  parsed("\n", 1, parser);
  assertEquals(parser.lastEventId, "6");
  parsed("id: 7\n\n", 1, parser);
  assertEquals(parser.lastEventId, "7", "an id alone counts as well");
});

Deno.test("an event has a limit, in one line and in many, and no stream has", () => {
  const limited = () => new EventStreamParser({ maxBytes: 20 });
  const fits = limited();
  assertEquals(parsed("data: 12345678901234\n\n".repeat(50), 7, fits).length, 50);
  assertEquals(fits.isTooLarge, false);
  const alive = limited();
  assertEquals(parsed(`${": ping\nid: 7\n".repeat(50)}data: a\n\n`, 7, alive), [message("a", "7")]);
  for (const text of ["data: 123456789012345\n\n", "data: 12\n".repeat(3), "x".repeat(21)]) {
    for (const step of [1, 100]) {
      const parser = limited();
      assertEquals([parsed(`${text}\n\ndata: a\n\n`, step, parser), parser.isTooLarge], [[], true]);
    }
  }
});

Deno.test("a long line that comes byte by byte is kept in room that doubles", () => {
  const parser = new EventStreamParser();
  const byte = new TextEncoder().encode("a");
  parser.push(new TextEncoder().encode("data:"));
  for (let count = 0; count < 500_000; count++) parser.push(byte);
  parser.push(new TextEncoder().encode("\n\ndata: next\n\n"));
  assertEquals(parser.next()?.data.length, 500_000);
  assertEquals(parser.next()?.data, "next");
});

Deno.test("an event stream is the same in any pieces, whatever it holds", () => {
  const piece = fc.constantFrom(
    "data",
    "id",
    ":",
    " ",
    "\r",
    "\n",
    "\r\n",
    "a",
    "\0",
    "ü",
    "\ufeff",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 5 }), (all, step) => {
      const text = all.join("");
      assertEquals(parsed(text, step), parsed(text, 10_000));
    }),
    { numRuns: 500 },
  );
});

Deno.test("an id that no field can hold is none", () => {
  const ids = ["1", "\x012", "3\x7f", "4\0", "5\t5"];
  const text = ids.map((id) => `id: ${id}\ndata: x\n\n`).join("");
  assertEquals(parsed(text, 5).map(({ id }) => id), ["1", "1", "1", "1", "5\t5"]);
});
