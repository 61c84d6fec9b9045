import { encodeUtf8 } from "@avx/runtime/ascii";
import { LocalProtocolError } from "@avx/semantics/errors";
import { reasonPhrase } from "@avx/semantics/status";
import { NO_BYTES } from "../../http1/proto/no_bytes.ts";
import type { ServerCore } from "../../http1/proto/server_core.ts";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "../support/assert.ts";
import { bytesOf, drain, sent, serve, serverCore, splittings } from "./cores.ts";

const GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const POST = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n";
const OLD = "GET / HTTP/1.0\r\n\r\n";

function receive(core: ServerCore, text: string, now = 0): string[] {
  core.receive(bytesOf(text), now);
  return drain(core);
}

function ok(body: string, ...lines: string[]): string {
  return `HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join("")}` +
    `content-length: ${body.length}\r\n\r\n${body}`;
}

// Samples: each whole, byte by byte, and cut in two at every place.

const SAMPLES:
  readonly (readonly [name: string, text: string, events: string[], output: string])[] = [
    ["a request", GET, ['request GET / 1.1 [["Host","x"]]'], ok("/")],
    [
      "pipelined requests",
      "GET /a HTTP/1.1\r\nHost: x\r\n\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\nGET /c",
      ['request GET /a 1.1 [["Host","x"]]', 'request GET /b 1.1 [["Host","x"]]'],
      ok("/a") + ok("/b"),
    ],
    [
      "bodies with a length and in chunks",
      `${POST}helloPUT /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n` +
      `2;x=y\r\nhi\r\n1\r\n!\r\n0\r\nA: b\r\n\r\n${GET}`,
      [
        'request POST / 1.1 [["Host","x"],["Content-Length","5"]]',
        "data hello",
        "end",
        'request PUT /c 1.1 [["Host","x"],["Transfer-Encoding","chunked"]]',
        "data hi!",
        'end [["A","b"]]',
        'request GET / 1.1 [["Host","x"]]',
      ],
      ok("/") + ok("/c") + ok("/"),
    ],
    [
      "a request of HTTP/1.0, behind which nothing is read",
      `${OLD}${GET}`,
      ["request GET / 1.0 []"],
      "HTTP/1.1 200 OK\r\ncontent-length: 1\r\nconnection: close\r\n\r\n/",
    ],
    [
      "requests of HTTP/1.0 that keep the connection",
      "GET /a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n".repeat(2),
      Array(2).fill('request GET /a 1.0 [["Connection","Keep-Alive"]]'),
      "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\n/a".repeat(2),
    ],
    [
      "a request that ends the connection",
      `GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n${GET}`,
      ['request GET / 1.1 [["Host","x"],["Connection","close"]]'],
      "HTTP/1.1 200 OK\r\ncontent-length: 1\r\nconnection: close\r\n\r\n/",
    ],
    [
      "HEAD",
      "HEAD /abc HTTP/1.1\r\nHost: x\r\n\r\n",
      ['request HEAD /abc 1.1 [["Host","x"]]'],
      "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n",
    ],
    [
      "a fault behind a good request",
      `${GET}GET /a HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n${GET}`,
      [
        'request GET / 1.1 [["Host","x"]]',
        "failed BAD_FIELD 400 White space stands before a colon",
      ],
      ok("/") + refusal(400, "Bad Request"),
    ],
  ];

function refusal(status: number, reason: string): string {
  return `HTTP/1.1 ${status} ${reason}\r\ncontent-type: text/plain\r\n` +
    `content-length: ${reason.length + 1}\r\nconnection: close\r\n\r\n${reason}\n`;
}

for (const [name, text, events, output] of SAMPLES) {
  Deno.test(`${name}: the same however it is split`, () => {
    for (const pieces of splittings(text)) {
      const outcome = serve(pieces);
      assertEquals(outcome.events, events);
      assertEquals(outcome.output, output);
    }
  });
}

// Targets and hosts

for (
  const [head, status] of [
    ["GET / HTTP/1.1\r\n\r\n", 400],
    ["GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400],
    ["GET / HTTP/1.1\r\nHost: x/y\r\n\r\n", 400],
    ["GET / HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n", 400],
    ["GET x HTTP/1.1\r\nHost: x\r\n\r\n", 400],
    ["GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400],
    ["CONNECT / HTTP/1.1\r\nHost: x\r\n\r\n", 400],
    ["GET http://a b/ HTTP/1.1\r\nHost: x\r\n\r\n", 400],
    ["GET http://x/ HTTP/1.1\r\n\r\n", 400],
    ["GET / HTTP/3.0\r\nHost: x\r\n\r\n", 505],
    ["POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501],
    ["GET / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n", 417],
    [`${"M".repeat(65)} / HTTP/1.1\r\nHost: x\r\n\r\n`, 501],
    [`GET /${"a".repeat(9000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 414],
    [`GET / HTTP/1.1\r\nHost: x\r\nA: ${"a".repeat(20_000)}\r\n\r\n`, 431],
    [`GET / HTTP/1.1\r\nHost: x\r\n${"A: b\r\n".repeat(100)}\r\n`, 431],
    [`GET / HTTP/1.1\r\nHost: x\r\n${`A: ${"b".repeat(8000)}\r\n`.repeat(5)}\r\n`, 431],
  ] as const
) {
  const shown = JSON.stringify(head.length > 70 ? `${head.slice(0, 60)}…` : head);
  Deno.test(`the head ${shown} is answered with ${status}, and the connection closes`, () => {
    const outcome = serve([bytesOf(`${head}${GET}`)]);
    assertEquals(outcome.events.length, 1);
    assertEquals(outcome.output.slice(0, 12), `HTTP/1.1 ${status}`);
    assertEquals(outcome.output.includes("connection: close"), true);
    assertEquals(outcome.disposition, "linger");
  });
}

Deno.test("the host is that of an absolute target, otherwise that of the Host field", () => {
  for (
    const [head, host] of [
      ["GET http://a:1/ HTTP/1.1\r\nHost: b\r\n\r\n", "a:1"],
      ["GET / HTTP/1.1\r\nHost: b:2\r\n\r\n", "b:2"],
      ["GET / HTTP/1.1\r\nHost:\r\n\r\n", ""],
      ["GET / HTTP/1.0\r\n\r\n", undefined],
      ["OPTIONS * HTTP/1.1\r\nHost: c\r\n\r\n", "c"],
      ["CONNECT d:4 HTTP/1.1\r\nHost: e\r\n\r\n", "d:4"],
    ] as const
  ) {
    const core = serverCore();
    core.receive(bytesOf(head), 0);
    const event = core.next();
    assert(event?.type === "request");
    assertEquals(event.head.host, host);
  }
});

Deno.test("one event stands for all requests: a head is taken from it at once, and stays good", () => {
  const core = serverCore();
  core.receive(bytesOf(GET + GET.replace("x", "y")), 0);
  const event = core.next();
  assert(event?.type === "request");
  const { head } = event;
  assertStrictEquals(core.next(), event);
  assertEquals([head.host, event.head.host], ["x", "y"]);
});

// Responses

Deno.test("responses leave in the order of the requests, in one view", () => {
  const core = serverCore();
  receive(core, GET.repeat(3));
  assertEquals(core.unanswered, 3);
  for (const body of ["a", "b", "c"]) core.sendWhole(200, "OK", ["x", "y"], body);
  assertEquals(core.queuedBytes > 0, true);
  const text = ["a", "b", "c"].map((body) => ok(body, "x: y")).join("");
  assertEquals(new TextDecoder().decode(core.transmit()), text);
  assertEquals([core.transmit(), core.unanswered, core.disposition], [undefined, 0, "open"]);
});

Deno.test("a streamed response is in chunks, with trailers; to HTTP/1.0 it ends with the connection", () => {
  for (
    const [request, head, body, disposition] of [
      [GET, "transfer-encoding: chunked\r\n", "2\r\nhi\r\n0\r\na: b\r\n\r\n", "open"],
      [OLD, "connection: close\r\n", "hi", "close"],
      [
        OLD.replace("\r\n\r\n", "\r\nConnection: keep-alive\r\n\r\n"),
        "connection: close\r\n",
        "hi",
        "linger",
      ],
    ]
  ) {
    const core = serverCore();
    receive(core, request);
    assertEquals(core.sendHead(200, "OK", [], undefined), true);
    core.sendData(bytesOf("hi"));
    assertEquals(core.disposition, "open");
    core.sendEnd(["a", "b"]);
    assertEquals(sent(core), `HTTP/1.1 200 OK\r\n${head}\r\n${body}`);
    assertEquals(core.disposition, disposition);
  }
});

Deno.test("a declared length is the framing of a streamed response", () => {
  const core = serverCore();
  receive(core, GET);
  core.sendHead(200, "OK", ["Content-Length", "2"], undefined);
  assertThrows(() => core.sendData(bytesOf("abc")), LocalProtocolError);
  assertThrows(() => core.sendEnd(), LocalProtocolError);
  core.sendData(bytesOf("ab"));
  core.sendEnd();
  assertEquals(sent(core), ok("ab"));
});

Deno.test("a response without a body says so by its status and its head", () => {
  for (
    const [request, status, lines, body, expected] of [
      [GET, 204, [], "dropped", "HTTP/1.1 204 No Content\r\n\r\n"],
      [GET, 204, ["content-length", "0"], undefined, "HTTP/1.1 204 No Content\r\n\r\n"],
      [GET, 304, ["etag", "1"], undefined, "HTTP/1.1 304 Not Modified\r\netag: 1\r\n\r\n"],
      [
        GET,
        304,
        ["content-length", "9"],
        "",
        "HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n",
      ],
      [GET, 205, [], undefined, "HTTP/1.1 205 Reset Content\r\ncontent-length: 0\r\n\r\n"],
      ["HEAD", 200, [], undefined, "HTTP/1.1 200 OK\r\n\r\n"],
      ["HEAD", 200, [], "h\u00e9", "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n"],
      ["HEAD", 200, ["content-length", "9"], "", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"],
    ] as const
  ) {
    const core = serverCore();
    receive(core, request === "HEAD" ? GET.replace("GET", "HEAD") : request);
    core.sendWhole(status, "", lines, body);
    assertEquals(sent(core), expected);
    assertEquals(core.disposition, "open");
  }
});

Deno.test("a body streamed where none is due is dropped, and its end still awaited", () => {
  for (
    const [request, status, length, head] of [
      [GET.replace("GET", "HEAD"), 200, 7, "content-length: 7\r\n"],
      [GET.replace("GET", "HEAD"), 200, undefined, ""],
      [GET, 204, 7, ""],
      [GET, 304, undefined, ""],
    ] as const
  ) {
    const core = serverCore();
    receive(core, request);
    assertEquals(core.sendHead(status, "", [], length), false);
    core.sendData(bytesOf("dropped"));
    assertEquals(core.unanswered, 1);
    core.sendEnd(["a", "b"]);
    assertEquals([sent(core), core.unanswered], [
      `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n${head}\r\n`,
      0,
    ]);
  }
});

Deno.test("the date is sent unless the caller sends one", () => {
  const core = serverCore();
  core.date = encodeUtf8("date: now\r\n");
  receive(core, GET.repeat(3));
  core.sendWhole(200, "OK", [], "");
  core.sendWhole(200, "OK", ["date", "then"], "");
  core.sendInformational(103, []);
  assertEquals(
    sent(core),
    ok("", "date: now") + ok("", "date: then") + "HTTP/1.1 103 Early Hints\r\n\r\n",
  );
  assertEquals(new TextDecoder().decode(core.date), "date: now\r\n");
});

Deno.test("the caller's connection: close ends the connection, later requests unanswered", () => {
  const core = serverCore();
  receive(core, GET.repeat(2));
  core.sendWhole(200, "OK", ["connection", "close"], "");
  assertEquals(sent(core), "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
  assertEquals([core.unanswered, core.disposition, core.wantsInput], [0, "linger", false]);
  assertThrows(() => core.sendWhole(200, "OK", [], ""), LocalProtocolError);
  assertEquals(receive(core, GET), []);
});

Deno.test("interim responses come before the final one, and not to HTTP/1.0", () => {
  const core = serverCore();
  receive(core, GET);
  core.sendInformational(103, ["link", "</a>"]);
  core.sendInformational(102, []);
  core.sendWhole(200, "OK", [], "");
  assertEquals(
    sent(core),
    "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + ok(""),
  );
  receive(core, OLD.replace("\r\n\r\n", "\r\nConnection: keep-alive\r\n\r\n"));
  core.sendInformational(103, []);
  assertEquals(sent(core), "");
  for (const status of [99, 101, 200, NaN]) {
    assertThrows(() => core.sendInformational(status, []), RangeError);
  }
});

Deno.test("misuse is thrown, and leaves the connection as it was", () => {
  const core = serverCore();
  assertThrows(() => core.sendWhole(200, "OK", [], ""), LocalProtocolError);
  assertThrows(() => core.sendHead(200, "OK", [], 1), LocalProtocolError);
  assertThrows(() => core.sendInformational(103, []), LocalProtocolError);
  assertThrows(() => core.sendData(bytesOf("a")), LocalProtocolError);
  assertThrows(() => core.sendEnd(), LocalProtocolError);
  assertThrows(() => core.takeRemainder(), LocalProtocolError);
  assertThrows(() => core.sendUpgrade(101, []), LocalProtocolError);
  receive(core, GET);
  assertThrows(() => core.sendWhole(200, "OK", ["a b", "c"], ""), TypeError);
  assertThrows(() => core.sendWhole(200, "OK", ["a", "b\n"], ""), TypeError);
  assertThrows(() => core.sendWhole(200, "O\nK", [], ""), TypeError);
  assertThrows(() => core.sendWhole(103, "", [], ""), RangeError);
  assertThrows(
    () => core.sendWhole(200, "OK", ["content-length", "5"], "four"),
    LocalProtocolError,
  );
  assertThrows(
    () => core.sendWhole(200, "OK", ["transfer-encoding", "gzip"], ""),
    LocalProtocolError,
  );
  assertThrows(() => core.sendHead(200, "OK", ["content-length", "5"], 4), LocalProtocolError);
  assertThrows(() => core.sendUpgrade(101, ["upgrade", "x"]), LocalProtocolError);
  assertThrows(() => core.sendUpgrade(200, []), LocalProtocolError);
  assertThrows(() => core.sendData(bytesOf("a")), LocalProtocolError);
  core.sendHead(200, "OK", [], undefined);
  assertThrows(() => core.sendWhole(200, "OK", [], ""), LocalProtocolError);
  assertThrows(() => core.sendHead(200, "OK", [], 1), LocalProtocolError);
  assertThrows(() => core.sendInformational(103, []), LocalProtocolError);
  assertThrows(() => core.sendEnd(["a", "b\n"]), TypeError);
  core.sendEnd();
  assertEquals(sent(core), "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n");
});

Deno.test("a response given up closes at once and does not look complete", () => {
  const core = serverCore();
  receive(core, GET.repeat(2));
  core.sendHead(200, "OK", [], 10);
  core.sendData(bytesOf("half"));
  core.abort();
  assertEquals(sent(core), "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf");
  assertEquals([core.disposition, core.unanswered, core.wantsInput], ["close", 0, false]);
  assertThrows(() => core.sendData(bytesOf("more")), LocalProtocolError);
});

// Reading ahead

Deno.test("requests are read ahead up to the limit, and further as they are answered", () => {
  const core = serverCore({ maxPipelinedRequests: 2 });
  assertEquals(receive(core, GET.repeat(5)).length, 2);
  assertEquals([core.wantsInput, core.busy], [false, true]);
  core.sendWhole(200, "OK", [], "");
  assertEquals(drain(core).length, 1);
  core.sendWhole(200, "OK", [], "");
  core.sendWhole(200, "OK", [], "");
  assertEquals(drain(core).length, 2);
  // With nothing left to look at, reading on shows whether the peer is still there.
  assertEquals(core.wantsInput, true);
  core.sendWhole(200, "OK", [], "");
  core.sendWhole(200, "OK", [], "");
  assertEquals([core.unanswered, core.requests, core.busy], [0, 5, false]);
});

Deno.test("the last request of a connection is answered with connection: close", () => {
  const core = serverCore({ maxRequestsPerConnection: 2 });
  assertEquals(receive(core, GET.repeat(3)).length, 2);
  core.sendWhole(200, "OK", [], "");
  assertEquals(sent(core), ok(""));
  core.sendWhole(200, "OK", [], "");
  assertEquals(sent(core), "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
  assertEquals(core.disposition, "linger");
});

Deno.test("the peer's end is told once, and answers still go out", () => {
  const core = serverCore();
  receive(core, GET);
  assertEquals(receive(core, ""), ["closed"]);
  assertEquals([drain(core), core.wantsInput, core.disposition], [[], false, "open"]);
  core.sendWhole(200, "OK", [], "");
  assertEquals(sent(core), "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
  assertEquals(core.disposition, "close");
});

Deno.test("the peer's end behind its last request is told too", () => {
  const core = serverCore();
  receive(core, OLD);
  assertEquals([core.wantsInput, receive(core, "junk")], [true, []]);
  assertEquals(receive(core, ""), ["closed"]);
  assertEquals(core.wantsInput, false);
});

Deno.test("what comes behind the last request is dropped, but not without end", () => {
  const core = serverCore({ maxDrainBytes: 10 });
  receive(core, OLD);
  receive(core, "0123456789");
  assertEquals(core.wantsInput, false);
});

Deno.test("an end within a message is a fault, which is answered where it can be", () => {
  for (const pieces of [["GET / HT", ""], [GET + "GET", ""], [POST + "hel", ""]]) {
    const core = serverCore();
    const events = pieces.flatMap((piece) => receive(core, piece));
    assertEquals(events.at(-1)?.slice(0, 25), "failed UNEXPECTED_EOF 400");
    while (core.unanswered > 0) core.sendWhole(200, "OK", [], "");
    assertEquals(sent(core).endsWith(refusal(400, "Bad Request")), true);
    assertEquals(core.disposition, "close");
  }
  const core = serverCore();
  assertEquals([...receive(core, "\r\n"), ...receive(core, "")], ["closed"]);
});

// Faults

Deno.test("a fault is answered behind the requests before it", () => {
  const core = serverCore();
  assertEquals(receive(core, `${GET}${GET}bad\r\n${GET}`).length, 3);
  assertEquals([core.unanswered, core.wantsInput, sent(core)], [2, false, ""]);
  core.sendWhole(200, "OK", [], "1");
  assertEquals([sent(core), core.disposition], [ok("1"), "open"]);
  core.sendHead(200, "OK", [], undefined);
  core.sendEnd();
  assertEquals(
    sent(core),
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n" + refusal(400, "Bad Request"),
  );
  assertEquals([core.disposition, drain(core)], ["linger", []]);
});

Deno.test("a fault in a body takes the answer out of the handler's hands", () => {
  const core = serverCore();
  const chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  assertEquals(
    receive(core, `${GET}${chunked}zz\r\n`).at(-1)?.slice(0, 20),
    "failed BAD_CHUNK 400",
  );
  assertEquals(core.unanswered, 1);
  core.sendWhole(200, "OK", [], "");
  assertEquals(sent(core), ok("") + refusal(400, "Bad Request"));
  assertThrows(() => core.sendWhole(200, "OK", [], ""), LocalProtocolError);
});

Deno.test("a fault in a body whose response has begun leaves the response alone", () => {
  const core = serverCore();
  receive(core, POST);
  core.sendHead(200, "OK", [], 2);
  assertEquals(receive(core, "").length, 1);
  assertEquals(core.unanswered, 1);
  core.sendData(bytesOf("hi"));
  core.sendEnd();
  assertEquals([sent(core), core.disposition], [ok("hi"), "close"]);
});

Deno.test("a fault in a body that is answered already is not answered again", () => {
  const core = serverCore();
  receive(core, POST);
  core.sendWhole(200, "OK", [], "");
  receive(core, "");
  assertEquals([sent(core), core.disposition], [ok(""), "close"]);
});

Deno.test("a body beyond the limit is refused before it is read", () => {
  const core = serverCore({ maxBodyBytes: 4 });
  assertEquals(receive(core, POST)[0].slice(0, 25), "failed BODY_TOO_LARGE 413");
  assertEquals(sent(core).slice(0, 12), "HTTP/1.1 413");
});

// Early responses

Deno.test("a body that nobody wants is dropped, and the next request is read", () => {
  const core = serverCore();
  receive(core, POST);
  core.discardBody();
  core.sendWhole(200, "OK", [], "");
  assertEquals([sent(core), core.disposition], [ok(""), "open"]);
  assertEquals(receive(core, `hello${GET}`), ['request GET / 1.1 [["Host","x"]]']);
});

Deno.test("a body that nobody wants closes the connection if too much of it is left", () => {
  const core = serverCore({ maxDrainBytes: 4 });
  receive(core, POST);
  core.discardBody();
  core.sendWhole(200, "OK", [], "");
  assertEquals(sent(core), "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
  assertEquals([core.disposition, core.wantsInput], ["linger", false]);
});

Deno.test("a body that nobody wants and whose length is unknown is dropped up to the limit", () => {
  const core = serverCore({ maxDrainBytes: 4 });
  receive(core, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  core.sendWhole(200, "OK", [], "");
  core.discardBody();
  assertEquals(receive(core, "4\r\nabcd\r\n"), []);
  assertEquals(core.disposition, "open");
  assertEquals(receive(core, "1\r\ne\r\n"), []);
  assertEquals(core.disposition, "linger");
});

// Expect

const EXPECT = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

Deno.test("the client is told to continue once, when it is asked for", () => {
  const core = serverCore();
  receive(core, EXPECT);
  assertEquals([core.deadline, sent(core)], [undefined, ""]);
  core.sendContinue();
  core.sendContinue();
  assertEquals(sent(core), CONTINUE);
  assertEquals(receive(core, "hello"), ["data hello", "end"]);
  core.sendWhole(200, "OK", [], "");
  assertEquals([sent(core), core.disposition], [ok(""), "open"]);
});

Deno.test("the client is not told to continue where it does not ask, or has begun", () => {
  for (const request of [POST, `${EXPECT}he`, EXPECT.replace("1.1", "1.0"), GET]) {
    const core = serverCore();
    receive(core, request);
    core.sendContinue();
    assertEquals(sent(core), "");
  }
  const core = serverCore();
  core.sendContinue();
  receive(core, EXPECT);
  core.sendHead(200, "OK", [], 0);
  sent(core);
  core.sendContinue();
  assertEquals(sent(core), "");
});

Deno.test("the client is told to continue behind the responses before it", () => {
  const core = serverCore();
  receive(core, GET + EXPECT);
  core.sendContinue();
  assertEquals(sent(core), "");
  core.sendWhole(200, "OK", [], "");
  assertEquals(sent(core), ok("") + CONTINUE);
});

Deno.test("an answer instead of 100 closes the connection, for the body may come or not", () => {
  const core = serverCore();
  receive(core, EXPECT);
  core.discardBody();
  core.sendWhole(413, "", [], "");
  assertEquals(
    sent(core),
    "HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
  );
  assertEquals(core.disposition, "linger");
});

// Other protocols

const UPGRADE = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n";

Deno.test("an upgrade hands the rest over, unread", () => {
  for (const pieces of splittings(`${UPGRADE}\x81\x00rest`)) {
    const core = serverCore();
    let head: unknown;
    for (const piece of pieces) {
      core.receive(piece, 0);
      const event = core.next();
      if (event?.type === "request") head = event.head.upgrade;
      assertEquals(core.next(), undefined);
    }
    assertEquals([head, core.wantsInput], ["websocket", false]);
    core.sendUpgrade(101, ["upgrade", "websocket"]);
    assertEquals(
      sent(core),
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
    );
    assertEquals([core.disposition, core.unanswered, core.next()], ["upgraded", 0, undefined]);
    assertEquals(core.takeRemainder(), bytesOf("\x81\x00rest"));
    assertEquals(core.takeRemainder(), NO_BYTES);
  }
});

Deno.test("an upgrade that is refused leaves the connection HTTP/1.1", () => {
  const core = serverCore();
  assertEquals(receive(core, UPGRADE + GET).length, 1);
  core.sendWhole(426, "", ["upgrade", "h2c"], "");
  assertEquals(
    sent(core),
    "HTTP/1.1 426 Upgrade Required\r\nupgrade: h2c\r\ncontent-length: 0\r\nconnection: upgrade\r\n\r\n",
  );
  assertEquals(drain(core).length, 1);
});

Deno.test("an upgrade is asked for by Connection and Upgrade together, in HTTP/1.1", () => {
  for (
    const head of [
      UPGRADE.replace("Connection: Upgrade\r\n", ""),
      UPGRADE.replace("Upgrade: WebSocket\r\n", ""),
      UPGRADE.replace("HTTP/1.1", "HTTP/1.0"),
    ]
  ) {
    const core = serverCore();
    core.receive(bytesOf(head), 0);
    const event = core.next();
    assert(event?.type === "request");
    assertEquals(event.head.upgrade, undefined);
    assertThrows(() => core.sendUpgrade(101, ["upgrade", "websocket"]), LocalProtocolError);
  }
});

Deno.test("an upgrade waits for the request's body, and names the protocol", () => {
  const core = serverCore();
  receive(core, UPGRADE.replace("Host", "Content-Length: 2\r\nHost"));
  assertThrows(() => core.sendUpgrade(101, ["upgrade", "x"]), LocalProtocolError);
  receive(core, "hi");
  assertThrows(() => core.sendUpgrade(101, []), LocalProtocolError);
  assertThrows(() => core.sendUpgrade(200, ["upgrade", "x"]), LocalProtocolError);
  core.sendUpgrade(101, ["upgrade", "x"]);
  assertEquals(core.disposition, "upgraded");
});

Deno.test("CONNECT makes a tunnel by 2xx, or is answered otherwise", () => {
  const request = "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n";
  const core = serverCore();
  receive(core, `${request}rest`);
  assertThrows(() => core.sendWhole(200, "OK", [], ""), LocalProtocolError);
  assertThrows(() => core.sendUpgrade(101, ["upgrade", "x"]), LocalProtocolError);
  core.sendUpgrade(200, []);
  assertEquals([sent(core), core.takeRemainder()], ["HTTP/1.1 200 OK\r\n\r\n", bytesOf("rest")]);
  const other = serverCore();
  receive(other, request);
  other.sendWhole(405, "", [], "no");
  assertEquals(sent(other), "HTTP/1.1 405 Method Not Allowed\r\ncontent-length: 2\r\n\r\nno");
});

// Shutdown

Deno.test("a shutdown lets what is in flight be answered, and takes nothing new", () => {
  const core = serverCore();
  receive(core, GET.repeat(2));
  core.shutdown();
  assertEquals(receive(core, GET), []);
  core.sendWhole(200, "OK", [], "");
  core.sendWhole(200, "OK", [], "");
  assertEquals(
    sent(core),
    ok("") + "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
  );
  assertEquals(core.disposition, "linger");
});

Deno.test("a shutdown lets a body come to its end", () => {
  const core = serverCore();
  receive(core, `${POST}he`);
  core.shutdown();
  assertEquals(receive(core, `llo${GET}`), ["data llo", "end"]);
  assertEquals(core.disposition, "open");
  core.sendWhole(200, "OK", [], "");
  assertEquals(core.disposition, "linger");
});

Deno.test("a shutdown closes an idle connection at once", () => {
  const core = serverCore();
  core.shutdown();
  assertEquals([core.disposition, core.wantsInput, core.deadline], ["close", false, undefined]);
  const used = serverCore();
  receive(used, GET);
  used.sendWhole(200, "OK", [], "");
  used.shutdown();
  assertEquals(used.disposition, "close");
});

Deno.test("a shutdown lets an upgrade that was asked for be granted, or be the last request", () => {
  const switched = serverCore();
  receive(switched, UPGRADE);
  switched.shutdown();
  assertEquals(drain(switched), []);
  switched.sendUpgrade(101, ["upgrade", "websocket"]);
  assertEquals(switched.disposition, "upgraded");
  const answered = serverCore();
  receive(answered, UPGRADE);
  answered.shutdown();
  drain(answered);
  answered.sendWhole(200, "OK", [], "");
  assert(sent(answered).includes("connection: close"));
  drain(answered);
  assertEquals(answered.disposition, "linger");
});

// Time

const TIMES = { headMs: 10, idleMs: 50, bodyMs: 20, minBodyBytesPerSecond: 0 };

Deno.test("a head that takes too long is answered with 408", () => {
  const core = serverCore({}, TIMES);
  receive(core, "GET", 5);
  assertEquals(core.deadline, 10);
  core.tick(9);
  assertEquals(drain(core), []);
  core.tick(10);
  assertEquals(drain(core)[0].slice(0, 23), "failed HEAD_TIMEOUT 408");
  assertEquals(sent(core), refusal(408, "Request Timeout"));
  assertEquals([core.disposition, core.deadline], ["linger", undefined]);
});

Deno.test("an idle connection is closed without a word", () => {
  const core = serverCore({}, TIMES);
  receive(core, GET, 5);
  assertEquals(core.deadline, undefined);
  core.sendWhole(200, "OK", [], "");
  sent(core);
  core.tick(100);
  assertEquals(core.deadline, 150);
  core.tick(150);
  assertEquals(drain(core)[0].slice(0, 29), "failed IDLE_TIMEOUT undefined");
  assertEquals([sent(core), core.disposition], ["", "close"]);
});

Deno.test("an answer in the turn of its request starts the wait for the next", () => {
  const core = serverCore({}, TIMES);
  core.receive(bytesOf(GET), 5);
  core.next();
  core.sendWhole(200, "OK", [], "");
  core.next();
  assertEquals(core.deadline, 55);
  receive(core, "GET", 54);
  assertEquals(core.deadline, 64);
});

Deno.test("a body that stalls is answered with 408, unless nobody reads it", () => {
  const core = serverCore({}, TIMES);
  receive(core, `${POST}he`, 5);
  assertEquals(core.deadline, 25);
  receive(core, "l", 20);
  assertEquals(core.deadline, 40);
  core.pause(30);
  assertEquals(core.deadline, undefined);
  core.resume(100);
  assertEquals(core.deadline, 110);
  core.tick(110);
  assertEquals(drain(core)[0].slice(0, 23), "failed BODY_TIMEOUT 408");
  assertEquals(sent(core), refusal(408, "Request Timeout"));
});

Deno.test("a body that is held back is not waited for until the client is told to send it", () => {
  const core = serverCore({}, TIMES);
  receive(core, EXPECT, 5);
  assertEquals(core.deadline, undefined);
  core.sendContinue();
  core.tick(100);
  assertEquals(core.deadline, 120);
  const other = serverCore({}, TIMES);
  receive(other, `${EXPECT}h`, 5);
  assertEquals(other.deadline, 25);
});

Deno.test("while a request is being answered nothing is waited for, but a head that has begun", () => {
  const core = serverCore({}, TIMES);
  receive(core, `${GET}GE`, 5);
  assertEquals(core.deadline, 15);
  core.tick(15);
  assertEquals(drain(core)[0].slice(0, 19), "failed HEAD_TIMEOUT");
  core.sendWhole(200, "OK", [], "");
  assertEquals(sent(core), ok("") + refusal(408, "Request Timeout"));
});
