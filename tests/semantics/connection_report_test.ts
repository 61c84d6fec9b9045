import type { Observer } from "@avx/runtime/ports/observer";
import { ConnectionReport, type Exchange } from "@avx/semantics/serving";
import { assertEquals } from "../support/assert.ts";

const EXCHANGE = { head: { method: "GET", target: "/x" }, status: 200 } as Exchange;

Deno.test("a report numbers its connection and its requests", () => {
  const heard: Record<string, unknown>[] = [];
  const point = (event: unknown) => void heard.push(event as Record<string, unknown>);
  const observer: Observer = {
    "connection.open": point,
    "request.start": point,
    "request.end": point,
    "protocol.error": point,
    "connection.close": point,
  };
  const report = new ConnectionReport(observer, "http/1.1", true);
  report.requestStarted(EXCHANGE, 100);
  report.requestEnded(EXCHANGE, undefined, 150);
  report.violated("BAD_HOST", "why");
  report.closed(undefined);
  const [opened, started, ended, violated, closed] = heard;
  const { connectionId } = opened;
  assertEquals(opened, { connectionId, role: "server", protocol: "http/1.1", encrypted: true });
  const { requestId } = started;
  assertEquals(started, { connectionId, requestId, method: "GET", target: "/x" });
  const rest = { connectionId, requestId, status: 200, durationMs: 50, error: undefined };
  assertEquals(ended, rest);
  assertEquals(violated, { connectionId, code: "BAD_HOST", reason: "why" });
  assertEquals(closed, { connectionId, requests: 1, error: undefined });
  const other: Record<string, unknown>[] = [];
  new ConnectionReport(
    { "connection.open": (event) => void other.push({ ...event }) },
    "h2",
    false,
  );
  assertEquals(other[0].connectionId === connectionId, false);
  assertEquals(other[0].protocol, "h2");
});

Deno.test("a report calls only the points that are there", () => {
  const report = new ConnectionReport({}, "h2", false);
  report.requestStarted(EXCHANGE, 0);
  report.requestEnded(EXCHANGE, new Error("x"), 0);
  report.closed(new Error("x"));
});
