import { Exchanges, IS_CONNECT, IS_HEAD, IS_OLD, KEEPS } from "../../http1/proto/exchanges.ts";
import { DEFAULT_LIMITS, DEFAULT_TIMEOUTS } from "../../http1/proto/limits.ts";
import * as life from "../../http1/proto/lifecycle.ts";
import { RequestStream } from "../../http1/proto/request_stream.ts";
import { assertEquals } from "../support/assert.ts";
import { bytesOf, drain } from "./cores.ts";

const GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

function stream(limits = {}): { requests: RequestStream; exchanges: Exchanges } {
  const exchanges = new Exchanges();
  const requests = new RequestStream(
    { ...DEFAULT_LIMITS, ...limits },
    DEFAULT_TIMEOUTS,
    exchanges,
    0,
  );
  return { requests, exchanges };
}

function receive(requests: RequestStream, text: string): string[] {
  requests.receive(bytesOf(text), 0);
  return drain(requests);
}

Deno.test("each request is added to the exchanges with what its answer depends on", () => {
  for (
    const [head, flags] of [
      [GET, KEEPS],
      [GET.replace("GET", "HEAD"), KEEPS | IS_HEAD],
      [GET.replace("HTTP/1.1", "HTTP/1.0"), IS_OLD],
      [GET.replace("Host", "Connection: close\r\nHost"), 0],
      [GET.replace("GET /", "CONNECT a:1"), KEEPS | IS_CONNECT],
    ] as const
  ) {
    const { requests, exchanges } = stream();
    assertEquals(receive(requests, head).length, 1);
    assertEquals([exchanges.count, exchanges.front, requests.count], [1, flags, 1]);
  }
});

Deno.test("reading stops on demand, and knows whether the peer may be sending", () => {
  const idle = stream().requests;
  idle.stop();
  assertEquals([idle.state, idle.unread, idle.wantsInput], [life.CLOSED, false, false]);
  const amid = stream().requests;
  receive(amid, "GET /");
  assertEquals([amid.busy, amid.wantsInput], [true, true]);
  amid.stop();
  assertEquals([amid.state, amid.unread], [life.CLOSED, true]);
  const late = stream().requests;
  late.stop();
  assertEquals(receive(late, GET), []);
  assertEquals(late.unread, true);
});

Deno.test("while one stops, the request in progress is read to its end and no other", () => {
  const { requests } = stream();
  receive(requests, GET.replace("Host", "Content-Length: 2\r\nHost"));
  requests.stopping = true;
  assertEquals(receive(requests, `hi${GET}`), ["data hi", "end"]);
  assertEquals([requests.state, requests.unread], [life.CLOSED, true]);
});

Deno.test("a fault says whether it lay in a body", () => {
  const inHead = stream().requests;
  assertEquals(receive(inHead, "GET\r\n").length, 1);
  assertEquals([inHead.failedInBody, inHead.state], [false, life.FAILED]);
  const inBody = stream().requests;
  receive(inBody, GET.replace("Host", "Content-Length: 2\r\nHost"));
  receive(inBody, "");
  assertEquals([inBody.failedInBody, inBody.ended], [true, true]);
});

Deno.test("a wait that ran out is told once, by the next event", () => {
  const { requests } = stream();
  requests.tick(DEFAULT_TIMEOUTS.headMs);
  assertEquals(drain(requests).map((line) => line.split(" ")[1]), ["IDLE_TIMEOUT"]);
  assertEquals([drain(requests), requests.deadline, requests.unread], [[], undefined, false]);
});

Deno.test("what is held for another protocol can be taken", () => {
  const { requests, exchanges } = stream();
  receive(requests, `${GET.replace("GET /", "CONNECT a:1")}rest`);
  exchanges.clear();
  requests.switch();
  assertEquals([requests.state, requests.take()], [life.SWITCHED, bytesOf("rest")]);
});

Deno.test("a body can be discarded once, and only while there is one", () => {
  const { requests } = stream({ maxDrainBytes: 3 });
  requests.discardBody();
  assertEquals(requests.state, life.IDLE);
  receive(requests, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  requests.discardBody();
  assertEquals(receive(requests, "3\r\nabc\r\n"), []);
  requests.discardBody();
  assertEquals(requests.state, life.BODY);
  assertEquals(receive(requests, "1\r\nd\r\n"), []);
  assertEquals([requests.state, requests.unread], [life.CLOSED, true]);
});
