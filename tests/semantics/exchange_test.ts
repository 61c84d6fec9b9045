import { FieldList } from "@avx/semantics/field-lines";
import { Exchange, IncomingQueue } from "@avx/semantics/serving";
import {
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "../support/assert.ts";
import { exchange, head, OWNER } from "./serving_sink.ts";

Deno.test("an exchange tells what its connection and head tell", () => {
  const fields = new FieldList(["Priority", "u=1, i"]);
  const asked = exchange({ fields, method: "PUT", target: "/x?y", host: "Example.com" });
  assertStrictEquals(asked.remoteAddr, OWNER.remoteAddr);
  assertStrictEquals(asked.localAddr, OWNER.localAddr);
  assertEquals(asked.encrypted, false);
  assertEquals(asked.earlyData, false);
  assertEquals(asked.protocol, "http/1.1");
  assertEquals(asked.method, "PUT");
  assertEquals(asked.url, "http://example.com/x?y");
  assertStrictEquals(asked.fields, fields);
  assertStrictEquals(asked.rawHeaders, fields);
  assertEquals(asked.priority, { urgency: 1, incremental: true });
  assertEquals(asked.body, undefined);
});

Deno.test("without a host the server's own address stands in", () => {
  assertEquals(exchange({ host: undefined }).url, "http://192.0.2.2/");
  assertEquals(exchange({ host: "" }).url, "http://192.0.2.2/");
  const six = {
    ...OWNER,
    encrypted: true,
    localAddr: { transport: "tcp", hostname: "::1", port: 8443 },
  } as const;
  assertEquals(
    new Exchange(six, head({ host: undefined }), "h2", undefined).url,
    "https://[::1]:8443/",
  );
  const unix = { ...OWNER, localAddr: { transport: "unix", path: "/run/x" } } as const;
  assertEquals(
    new Exchange(unix, head({ host: undefined }), "http/1.0", undefined).url,
    "http://localhost/",
  );
});

Deno.test("interim responses are checked and passed on", () => {
  const asked = exchange();
  OWNER.informed.length = 0;
  asked.informational(103, { link: "</x>" });
  assertEquals(OWNER.informed, [[103, ["link", "</x>"]]]);
  for (const status of [99, 101, 200, 100.5]) {
    assertThrows(() => asked.informational(status), RangeError, "within 100 and 199");
  }
  asked.state = "sending";
  assertThrows(() => asked.informational(103), TypeError, "has begun");
});

Deno.test("trailers are set before the response is complete", () => {
  const asked = exchange();
  asked.setTrailers({ "x-a": "1" });
  assertEquals(asked.outgoingTrailers, ["x-a", "1"]);
  asked.state = "done";
  assertThrows(() => asked.setTrailers({}), TypeError, "is complete");
});

Deno.test("trailers of a request are those behind its body", async () => {
  const queue = new IncomingQueue({ wanted: () => {}, abandoned: () => {} }, undefined);
  const asked = new Exchange(OWNER, head(), "http/1.1", queue);
  const trailers = asked.trailers;
  queue.end(new FieldList(["x-a", "1", "x-a", "2"]));
  assertEquals((await trailers).get("x-a"), "1, 2");
  assertEquals([...(await exchange().trailers)], []);
});

Deno.test("completed settles however early or late it is asked for", async () => {
  const early = exchange();
  const completed = early.completed;
  assertEquals(early.watched, true);
  early.state = "done";
  early.complete();
  await completed;
  const late = exchange();
  late.state = "done";
  await late.completed;
  const lost = exchange();
  lost.lose(new Error("gone"));
  await assertRejects(() => lost.completed, Error, "gone");
  const pending = exchange();
  const outcome = pending.completed;
  pending.lose(new Error("gone"));
  await assertRejects(() => outcome, Error, "gone");
});

Deno.test("a signal aborts once, however early or late it is asked for", () => {
  const early = exchange();
  const { signal } = early;
  const first = new Error("first");
  early.abort(first);
  early.abort(new Error("second"));
  assertStrictEquals(signal.reason, first);
  const late = exchange();
  late.abort(first);
  assertStrictEquals(late.signal.reason, first);
});

Deno.test("an exchange that is lost fails its body and stops its stream", () => {
  const queue = new IncomingQueue({ wanted: () => {}, abandoned: () => {} }, undefined);
  const asked = new Exchange(OWNER, head(), "http/1.1", queue);
  const reasons: Error[] = [];
  asked.cancelStream = (reason) => void reasons.push(reason);
  const error = new Error("gone");
  asked.lose(error);
  asked.lose(error);
  assertEquals(reasons, [error]);
  assertEquals(queue.state, "failed");
});
