import { BufferPool } from "@avx/runtime/buffer-pool";
import { LocalProtocolError } from "@avx/semantics/errors";
import { ASKS_UPGRADE, IS_CONNECT, IS_HEAD, IS_OLD, KEEPS } from "../../http1/proto/exchanges.ts";
import * as life from "../../http1/proto/lifecycle.ts";
import { OutputQueue } from "@avx/runtime/output-queue";
import { ResponseWriter } from "../../http1/proto/response_writer.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";
import { bytesOf, sent } from "./cores.ts";

const OK = "HTTP/1.1 200 OK\r\n";

/** What one response looks like, and what becomes of the connection. */
function whole(flags: number, last: boolean, ...lines: string[]): unknown[] {
  const output = new OutputQueue(new BufferPool());
  const writer = new ResponseWriter(output);
  writer.whole(flags, last, 200, "OK", lines, "a");
  return [sent(output), life.stateName(writer.state), writer.unasked];
}

Deno.test("a response keeps the connection where the request does", () => {
  const head = `${OK}content-length: 1\r\n`;
  assertEquals(whole(KEEPS, false), [`${head}\r\na`, "idle", false]);
  assertEquals(whole(KEEPS | IS_OLD, false), [
    `${head}connection: keep-alive\r\n\r\na`,
    "idle",
    false,
  ]);
  assertEquals(whole(0, false), [`${head}connection: close\r\n\r\na`, "closed", false]);
  assertEquals(whole(KEEPS, true), [`${head}connection: close\r\n\r\na`, "closed", true]);
  assertEquals(whole(KEEPS, false, "connection", "close")[1], "closed");
  assertEquals(whole(KEEPS | IS_HEAD, false), [`${head}\r\n`, "idle", false]);
});

Deno.test("a response of unknown length to HTTP/1.0 ends the connection", () => {
  const output = new OutputQueue(new BufferPool());
  const writer = new ResponseWriter(output);
  assertEquals(writer.head(KEEPS | IS_OLD, false, 200, "OK", [], undefined), true);
  writer.data(bytesOf("a"));
  writer.end(undefined);
  assertEquals([sent(output), life.stateName(writer.state)], [
    `${OK}connection: close\r\n\r\na`,
    "closed",
  ]);
});

Deno.test("an error response is the last", () => {
  const output = new OutputQueue(new BufferPool());
  const writer = new ResponseWriter(output);
  writer.date = bytesOf("date: now\r\n");
  writer.error(431);
  assertEquals(
    sent(output),
    "HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain\r\ndate: now\r\n" +
      "content-length: 32\r\nconnection: close\r\n\r\nRequest Header Fields Too Large\n",
  );
  assertEquals(life.stateName(writer.state), "closed");
});

Deno.test("a protocol is switched only for a request that asks for it", () => {
  const writer = new ResponseWriter(new OutputQueue(new BufferPool()));
  const lines = ["upgrade", "x"];
  assertThrows(() => writer.switch(KEEPS, 101, lines), LocalProtocolError);
  assertThrows(() => writer.switch(ASKS_UPGRADE, 200, lines), LocalProtocolError);
  assertThrows(() => writer.switch(IS_CONNECT, 101, lines), LocalProtocolError);
  assertThrows(() => writer.switch(IS_CONNECT, 404, lines), LocalProtocolError);
  assertThrows(() => writer.switch(ASKS_UPGRADE, 101, []), LocalProtocolError);
  assertEquals(life.stateName(writer.state), "idle");
  writer.switch(IS_CONNECT, 204, []);
  assertEquals(life.stateName(writer.state), "switched");
  assertThrows(
    () => writer.whole(KEEPS, false, 200, "OK", [], "a"),
    LocalProtocolError,
    '"switched"',
  );
});

Deno.test("nothing follows a response that was given up", () => {
  const writer = new ResponseWriter(new OutputQueue(new BufferPool()));
  writer.head(KEEPS, false, 200, "OK", [], 5);
  writer.abort();
  assertThrows(() => writer.data(bytesOf("a")), LocalProtocolError, '"failed"');
  assertThrows(() => writer.end(undefined), LocalProtocolError, '"failed"');
});
