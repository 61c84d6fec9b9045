import type { ClientCore } from "../../http1/proto/client_core.ts";
import type { ServerEvent } from "../../http1/proto/events.ts";
import type { OutgoingHead } from "../../http1/proto/outgoing_head.ts";
import type { ServerCore } from "../../http1/proto/server_core.ts";
import { assertEquals } from "../support/assert.ts";
import { bytesOf, clientCore, collect, serverCore } from "./cores.ts";

/** A client and a server with a wire between them that takes time and breaks what is sent up. */
class Pair {
  readonly client: ClientCore = clientCore();
  readonly server: ServerCore;
  readonly clientEvents: string[] = [];
  readonly serverEvents: string[] = [];
  readonly #piece: number;
  readonly #onRequest: (server: ServerCore, event: ServerEvent) => void;
  #now = 0;

  constructor(
    piece: number,
    onRequest: (server: ServerCore, event: ServerEvent) => void,
    timeouts = {},
  ) {
    this.#piece = piece;
    this.#onRequest = onRequest;
    this.server = serverCore({}, timeouts);
  }

  /** Moves bytes both ways until none are left; each piece takes a millisecond. */
  run(): void {
    for (let moved = true; moved;) {
      moved = this.#move(this.client, this.server);
      collect(this.server, this.serverEvents, (event) => this.#onRequest(this.server, event));
      moved = this.#move(this.server, this.client) || moved;
      collect(this.client, this.clientEvents, () => {});
    }
  }

  /** Lets time pass for the server. */
  wait(ms: number): void {
    this.#now += ms;
    this.server.tick(this.#now);
    this.run();
  }

  #move(from: ClientCore | ServerCore, to: ClientCore | ServerCore): boolean {
    let moved = false;
    for (let view = from.transmit(); view !== undefined; view = from.transmit()) {
      for (let at = 0; at < view.length; at += this.#piece) {
        to.receive(view.slice(at, at + this.#piece), ++this.#now);
        moved = true;
        if (to === this.server) {
          collect(this.server, this.serverEvents, (event) => this.#onRequest(this.server, event));
        } else collect(this.client, this.clientEvents, () => {});
      }
    }
    return moved;
  }
}

const GET: OutgoingHead = { method: "GET", target: "/", lines: ["host", "x"], body: "none" };

/** Answers a request, once it is complete, with what came in its body. */
function echo(): (server: ServerCore, event: ServerEvent) => void {
  let text = "";
  return (server, event) => {
    if (event.type === "request") {
      text = "";
      if (event.head.expectsContinue) server.sendContinue();
      if (!event.head.hasBody) server.sendWhole(200, "OK", [], "no body");
    } else if (event.type === "data") text += String.fromCharCode(...event.bytes);
    else if (event.type === "end") {
      server.sendHead(200, "OK", [], undefined);
      for (const letter of text) server.sendData(bytesOf(letter));
      server.sendEnd(["x-count", String(text.length)]);
    }
  };
}

for (const piece of [1, 2, 3, 7, 64, 100_000]) {
  Deno.test(`two cores talk over a wire that carries ${piece} bytes at a time`, () => {
    const pair = new Pair(piece, echo());
    pair.client.sendHead(GET);
    pair.run();
    pair.client.sendHead({ ...GET, method: "PUT", body: "chunked", expectContinue: true });
    pair.run();
    for (const part of ["Hello", ", ", "World"]) pair.client.sendData(bytesOf(part));
    pair.client.sendEnd(["x-trailer", "t"]);
    pair.run();
    pair.client.sendHead({ ...GET, method: "POST", body: 3 });
    pair.client.sendData(bytesOf("abc"));
    pair.client.sendEnd();
    pair.run();
    assertEquals(pair.serverEvents, [
      'request GET / 1.1 [["host","x"]]',
      'request PUT / 1.1 [["host","x"],["transfer-encoding","chunked"],["expect","100-continue"]]',
      "data Hello, World",
      'end [["x-trailer","t"]]',
      'request POST / 1.1 [["host","x"],["content-length","3"]]',
      "data abc",
      "end",
    ]);
    assertEquals(pair.clientEvents, [
      'response 200 OK [["content-length","7"]]',
      "data no body",
      "end",
      "informational 100 Continue []",
      'response 200 OK [["transfer-encoding","chunked"]]',
      "data Hello, World",
      'end [["x-count","12"]]',
      'response 200 OK [["transfer-encoding","chunked"]]',
      "data abc",
      'end [["x-count","3"]]',
    ]);
    assertEquals([pair.client.state, pair.server.disposition], ["idle", "open"]);
  });
}

Deno.test("the server's idle timeout ends a pair, and the client sees it", () => {
  const pair = new Pair(5, echo(), { idleMs: 1000 });
  pair.client.sendHead(GET);
  pair.run();
  pair.wait(990);
  assertEquals(pair.server.disposition, "open");
  pair.wait(100);
  assertEquals(pair.serverEvents.at(-1)?.slice(0, 19), "failed IDLE_TIMEOUT");
  assertEquals(pair.server.disposition, "close");
  pair.client.receive(new Uint8Array(0), 0);
  assertEquals([pair.client.next()?.type, pair.client.state], ["closed", "closed"]);
});

Deno.test("an upload that stalls is answered with 408, which the client reads", () => {
  const pair = new Pair(100, echo(), { bodyMs: 1000, minBodyBytesPerSecond: 0 });
  pair.client.sendHead({ ...GET, method: "POST", body: 10 });
  pair.client.sendData(bytesOf("half"));
  pair.run();
  pair.wait(1001);
  assertEquals(pair.serverEvents.at(-1)?.slice(0, 19), "failed BODY_TIMEOUT");
  assertEquals(pair.clientEvents[0].slice(0, 28), "response 408 Request Timeout");
  assertEquals([pair.client.state, pair.server.disposition], ["closed", "linger"]);
});

Deno.test("a pair becomes another protocol, and nothing of that is lost", () => {
  const pair = new Pair(1, (server, event) => {
    if (event.type === "request") server.sendUpgrade(101, ["upgrade", "echo"]);
  });
  pair.client.sendHead({ ...GET, lines: ["host", "x", "upgrade", "echo"], upgrade: true });
  pair.run();
  pair.server.receive(bytesOf("early"), 0);
  assertEquals(pair.clientEvents.map((line) => line.slice(0, 12)), ["upgraded 101"]);
  assertEquals(pair.server.disposition, "upgraded");
  assertEquals(pair.server.takeRemainder(), bytesOf("early"));
});

Deno.test("answers that come late go out in the order of their requests", () => {
  const server = serverCore();
  const client = clientCore();
  const request = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";
  server.receive(bytesOf(request.repeat(3)), 0);
  const targets: string[] = [];
  collect(server, targets, () => {});
  assertEquals([targets.length, server.unanswered], [3, 3]);
  const events: string[] = [];
  for (const body of ["one", "two", "three"]) {
    client.sendHead(GET);
    client.transmit();
    server.sendWhole(200, "OK", [], body);
    client.receive(server.transmit()!.slice(), 0);
    collect(client, events, () => {});
  }
  assertEquals(events.filter((line) => line.startsWith("data")), [
    "data one",
    "data two",
    "data three",
  ]);
});
