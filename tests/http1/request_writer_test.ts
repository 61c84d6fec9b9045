import { BufferPool } from "@avx/runtime/buffer-pool";
import { LocalProtocolError } from "@avx/semantics/errors";
import * as life from "../../http1/proto/lifecycle.ts";
import { OutputQueue } from "@avx/runtime/output-queue";
import { RequestWriter } from "../../http1/proto/request_writer.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";
import { bytesOf, sent } from "./cores.ts";

const LINES = ["host", "x"];

Deno.test("a request goes through its lifecycle", () => {
  const output = new OutputQueue(new BufferPool());
  const writer = new RequestWriter(output);
  assertEquals(writer.state, life.IDLE);
  writer.head({ method: "PUT", target: "/", lines: LINES, body: "chunked" });
  assertEquals(writer.state, life.BODY);
  writer.data(bytesOf("a"));
  writer.end(undefined);
  assertEquals(writer.state, life.DONE);
  assertEquals(
    sent(output),
    "PUT / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
  );
  writer.step(life.ON_NEXT, "go on");
  writer.head({ method: "GET", target: "/", lines: LINES, body: "none" });
  assertEquals([writer.state, writer.closes], [life.DONE, false]);
});

Deno.test("a request out of its turn is refused, and says where the last one is", () => {
  const writer = new RequestWriter(new OutputQueue(new BufferPool()));
  const head = { method: "PUT", target: "/", lines: LINES, body: 1 } as const;
  writer.head(head);
  assertThrows(() => writer.head(head), LocalProtocolError, '"body"');
  writer.data(bytesOf("a"));
  writer.end(undefined);
  assertThrows(() => writer.data(bytesOf("a")), LocalProtocolError, '"done"');
  assertThrows(() => writer.end(undefined), LocalProtocolError, '"done"');
});

Deno.test("a request that closes is known to", () => {
  const writer = new RequestWriter(new OutputQueue(new BufferPool()));
  const lines = [...LINES, "connection", "close"];
  writer.head({ method: "GET", target: "/", lines, body: "none" });
  assertEquals(writer.closes, true);
});
