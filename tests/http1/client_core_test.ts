import { LocalProtocolError } from "@avx/semantics/errors";
import type { ClientCore } from "../../http1/proto/client_core.ts";
import { NO_BYTES } from "../../http1/proto/no_bytes.ts";
import type { OutgoingHead } from "../../http1/proto/outgoing_head.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";
import { bytesOf, clientCore, collect, drain, sent, splittings } from "./cores.ts";

const GET: OutgoingHead = { method: "GET", target: "/", lines: ["host", "x"], body: "none" };
const POST: OutgoingHead = { ...GET, method: "POST", body: 5 };
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
const OK_EVENTS = ['response 200 OK [["Content-Length","2"]]', "data hi", "end"];

function receive(core: ClientCore, text: string): string[] {
  core.receive(bytesOf(text), 0);
  return drain(core);
}

function requested(head: OutgoingHead = GET, limits = {}): ClientCore {
  const core = clientCore(limits);
  core.sendHead(head);
  sent(core);
  return core;
}

// Samples: each whole, byte by byte, and cut in two at every place. `END` is the end of input.

const END = "\xff"; // stands in no sample otherwise
const SAMPLES: readonly (readonly [
  name: string,
  text: string,
  events: readonly string[],
  state: string,
  head?: OutgoingHead,
])[] = [
  ["a response with a length", OK, OK_EVENTS, "idle"],
  ["a response with a length, of which the end is missing", `${OK.slice(0, -1)}${END}`, [
    OK_EVENTS[0],
    "data h",
    "failed UNEXPECTED_EOF 400 The connection ended within a body: 1 bytes are missing",
  ], "closed"],
  [
    "a response in chunks",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n1;x\r\ni\r\n0\r\nA: b\r\n\r\n",
    ['response 200 OK [["Transfer-Encoding","chunked"]]', "data hi", 'end [["A","b"]]'],
    "idle",
  ],
  [
    "a response in chunks, of which the last is missing",
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n${END}`,
    [
      'response 200 OK [["Transfer-Encoding","chunked"]]',
      "data hi",
      "failed UNEXPECTED_EOF 400 The connection ended within a body: the last chunk is missing",
    ],
    "closed",
  ],
  [
    "a response until the close",
    `HTTP/1.1 200 OK\r\n\r\nhi${END}`,
    ["response 200 OK []", "data hi", "end"],
    "closed",
  ],
  [
    "a response that ends the connection",
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    ['response 200 OK [["Content-Length","0"],["Connection","close"]]', "end"],
    "closed",
  ],
  [
    "a response of HTTP/1.0",
    "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi",
    OK_EVENTS,
    "closed",
  ],
  [
    "a response of HTTP/1.0 that keeps the connection",
    "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi",
    ['response 200 OK [["Connection","keep-alive"],["Content-Length","2"]]', "data hi", "end"],
    "idle",
  ],
  ["a response without a body", "HTTP/1.1 204 No Content\r\n\r\n", [
    "response 204 No Content []",
    "end",
  ], "idle"],
  [
    "a response to HEAD",
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n",
    [OK_EVENTS[0], "end"],
    "idle",
    { ...GET, method: "HEAD" },
  ],
  [
    "interim responses before the final one",
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}`,
    [
      "informational 100 Continue []",
      'informational 103 Early Hints [["Link","</a>"]]',
      ...OK_EVENTS,
    ],
    "idle",
  ],
  [
    "bytes behind a response",
    `${OK}HTTP/1.1`,
    [...OK_EVENTS, "failed UNEXPECTED_DATA undefined The server sent what nobody asked for"],
    "closed",
  ],
  ["the end behind a response", `${OK}${END}`, [...OK_EVENTS, "closed"], "closed"],
  [
    "the end before a response",
    `HTTP/1.1 200 OK\r\n${END}`,
    ["failed UNEXPECTED_EOF 400 The connection ended before the response"],
    "closed",
  ],
  ["no response at all", END, [
    "failed UNEXPECTED_EOF 400 The connection ended before the response",
  ], "closed"],
];

for (const [name, text, events, state, head = GET] of SAMPLES) {
  Deno.test(`${name}: the same however it is split`, () => {
    for (const pieces of splittings(text)) {
      const core = requested(head);
      const lines: string[] = [];
      for (const piece of pieces) {
        const end = piece.at(-1) === 0xff;
        const content = end ? piece.subarray(0, -1) : piece;
        if (content.length > 0) core.receive(content, 0);
        collect(core, lines, () => {});
        if (end) core.receive(NO_BYTES, 0);
        collect(core, lines, () => {});
      }
      assertEquals(lines, events);
      assertEquals(core.state, state);
    }
  });
}

for (
  const [head, code] of [
    ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n", "BAD_CONTENT_LENGTH"],
    ["HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\n", "BAD_CONTENT_LENGTH"],
    [
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
      "LENGTH_CONFLICT",
    ],
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "BAD_TRANSFER_ENCODING"],
    ["HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "BAD_TRANSFER_ENCODING"],
    ["HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "BAD_FIELD"],
    ["HTTP/1.1 200 OK\nA: b\n\n", "BAD_STATUS_LINE"],
    ["\r\nHTTP/1.1 200 OK\r\n\r\n", "BAD_STATUS_LINE"],
    ["HTTP/2.0 200 OK\r\n\r\n", "BAD_VERSION"],
    ["HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", "UPGRADE_REFUSED"],
  ]
) {
  Deno.test(`the response ${JSON.stringify(head)} fails the connection`, () => {
    const core = requested();
    const events = receive(core, `${head}${OK}`);
    assertEquals(events.map((line) => line.split(" ")[1]), [code]);
    assertEquals([core.state, core.wantsInput], ["closed", false]);
    assertEquals(receive(core, OK), []);
  });
}

Deno.test("a connection is new, active, idle and closed", () => {
  const core = clientCore();
  assertEquals([core.state, core.wantsInput, core.deadline], ["new", true, undefined]);
  core.tick(1e9);
  core.sendHead(GET);
  assertEquals(core.state, "active");
  receive(core, OK.slice(0, -1));
  assertEquals(core.state, "active");
  receive(core, "i");
  assertEquals([core.state, core.wantsInput], ["idle", true]);
  core.sendHead(GET);
  assertEquals(receive(core, OK), OK_EVENTS);
  assertEquals(receive(core, ""), ["closed"]);
  assertEquals([core.state, core.wantsInput, drain(core)], ["closed", false, []]);
  assertThrows(() => core.sendHead(GET), LocalProtocolError);
});

Deno.test("an idle connection that receives anything carries no request again", () => {
  for (const what of ["x", ""]) {
    for (const core of [clientCore(), requested()]) {
      if (core.state === "active") receive(core, OK);
      core.receive(bytesOf(what), 0);
      assertEquals(core.state, "closed"); // before anyone has looked at it
      assertThrows(() => core.sendHead(GET), LocalProtocolError);
      assertEquals(drain(core)[0].split(" ")[0], what === "" ? "closed" : "failed");
      assertEquals(core.state, "closed");
    }
  }
});

Deno.test("a request says what follows it", () => {
  for (
    const [head, expected] of [
      [GET, "GET / HTTP/1.1\r\nhost: x\r\n\r\n"],
      [{ ...GET, method: "POST" }, "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n"],
      [
        { ...GET, lines: ["host", "x", "content-length", "0"] },
        "GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n",
      ],
      [POST, "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n"],
      [
        { ...POST, body: "chunked" },
        "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n",
      ],
      [
        { ...POST, body: "chunked", lines: ["host", "x", "Content-Length", "5"] },
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n",
      ],
      [
        { ...POST, expectContinue: true },
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\nexpect: 100-continue\r\n\r\n",
      ],
      [
        { ...POST, expectContinue: true, lines: ["host", "x", "expect", "100-continue"] },
        "POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n",
      ],
      [
        { ...GET, lines: ["host", "x", "te", "trailers", "connection", "te, close"] },
        "GET / HTTP/1.1\r\nhost: x\r\nte: trailers\r\nconnection: close, te\r\n\r\n",
      ],
    ] as const
  ) {
    const core = clientCore();
    core.sendHead(head);
    assertEquals(core.queuedBytes, expected.length);
    assertEquals(sent(core), expected);
  }
});

Deno.test("a request that could not be sent as it is, is not sent at all", () => {
  const core = clientCore();
  for (
    const head of [
      { ...GET, lines: [] },
      { ...GET, lines: ["host", "x", "Host", "x"] },
      { ...GET, lines: ["host", "x", "content-length", "5"] },
      { ...POST, lines: ["host", "x", "content-length", "6"] },
      { ...POST, lines: ["host", "x", "transfer-encoding", "gzip"] },
      { ...GET, upgrade: true },
    ]
  ) assertThrows(() => core.sendHead(head), LocalProtocolError);
  for (
    const head of [
      { ...GET, method: "G T" },
      { ...GET, target: "/ a" },
      { ...GET, target: "/\r\nx" },
      { ...GET, lines: ["host", "x\r\n"] },
      { ...POST, body: -1 },
      { ...POST, body: 1.5 },
    ]
  ) assertThrows(() => core.sendHead(head), TypeError);
  assertThrows(() => core.sendData(bytesOf("a")), LocalProtocolError);
  assertThrows(() => core.sendEnd(), LocalProtocolError);
  assertThrows(() => core.takeRemainder(), LocalProtocolError);
  assertEquals([core.state, sent(core)], ["new", ""]);
});

Deno.test("a body is sent as its head says", () => {
  const core = requested(POST);
  core.sendData(bytesOf("he"));
  assertThrows(() => core.sendData(bytesOf("llo!")), LocalProtocolError);
  assertThrows(() => core.sendEnd(), LocalProtocolError);
  core.sendData(bytesOf("llo"));
  core.sendEnd();
  assertThrows(() => core.sendEnd(), LocalProtocolError);
  assertEquals(sent(core), "hello");
  const chunked = requested({ ...POST, body: "chunked" });
  chunked.sendData(bytesOf("hello"));
  chunked.sendEnd(["a", "b"]);
  assertEquals(sent(chunked), "5\r\nhello\r\n0\r\na: b\r\n\r\n");
});

Deno.test("a body of no bytes has an end all the same", () => {
  const core = requested({ ...POST, body: 0 });
  receive(core, OK);
  assertEquals(core.state, "active");
  core.sendEnd();
  assertEquals(core.state, "idle");
});

Deno.test("a response may come before the request is complete", () => {
  const core = requested(POST);
  assertEquals(receive(core, OK), OK_EVENTS);
  assertEquals([core.state, core.wantsInput], ["active", true]);
  core.sendData(bytesOf("hello"));
  core.sendEnd();
  assertEquals([sent(core), core.state], ["hello", "idle"]);
});

Deno.test("a response that comes early and ends the connection ends it", () => {
  const core = requested(POST);
  receive(core, "HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  assertEquals(core.state, "closed");
});

Deno.test("what comes behind an early response is a fault", () => {
  const core = requested(POST);
  assertEquals(receive(core, `${OK}HTTP/1.1`).at(-1)?.slice(0, 22), "failed UNEXPECTED_DATA");
});

Deno.test("a request that says connection: close is the last", () => {
  const core = requested({ ...GET, lines: ["host", "x", "connection", "close"] });
  receive(core, OK);
  assertEquals(core.state, "closed");
});

Deno.test("the body may be sent before and after 100 (Continue)", () => {
  const core = requested({ ...POST, expectContinue: true });
  core.sendData(bytesOf("he"));
  assertEquals(receive(core, "HTTP/1.1 100 Continue\r\n\r\n"), ["informational 100 Continue []"]);
  core.sendData(bytesOf("llo"));
  core.sendEnd();
  assertEquals(receive(core, OK), OK_EVENTS);
  assertEquals(core.state, "idle");
});

Deno.test("interim responses may be as many as the limit says, and not more", () => {
  const interim = "HTTP/1.1 102 Processing\r\n\r\n";
  const core = requested(GET, { maxInformational: 3 });
  assertEquals(receive(core, interim.repeat(3) + OK).length, 6);
  core.sendHead(GET);
  assertEquals(receive(core, interim.repeat(3)).length, 3);
  assertEquals(receive(core, interim)[0].slice(0, 29), "failed TOO_MANY_INFORMATIONAL");
});

Deno.test("limits of heads and bodies hold for responses", () => {
  assertEquals(
    receive(requested(GET, { maxBodyBytes: 1 }), OK)[0].slice(0, 21),
    "failed BODY_TOO_LARGE",
  );
  assertEquals(
    receive(requested(GET, { maxHeadBytes: 30 }), OK)[0].slice(0, 21),
    "failed HEAD_TOO_LARGE",
  );
});

const UPGRADE: OutgoingHead = {
  ...GET,
  lines: ["host", "x", "upgrade", "websocket"],
  upgrade: true,
};

Deno.test("an upgrade hands the rest over, unread", () => {
  const head =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";
  for (const pieces of splittings(`${head}\x81\x00`)) {
    const core = clientCore();
    core.sendHead(UPGRADE);
    assertEquals(
      sent(core),
      "GET / HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
    );
    const events: string[] = [];
    for (const piece of pieces) {
      core.receive(piece, 0);
      collect(core, events, () => {});
    }
    assertEquals(events.map((line) => line.slice(0, 12)), ["upgraded 101"]);
    assertEquals([core.state, core.wantsInput], ["closed", false]);
    assertEquals(core.takeRemainder(), bytesOf("\x81\x00"));
  }
});

Deno.test("an upgrade that is not granted leaves the connection HTTP/1.1", () => {
  const core = requested(UPGRADE);
  assertEquals(receive(core, OK), OK_EVENTS);
  assertEquals(core.state, "idle");
});

Deno.test("101 has to name a protocol, and to wait for the request's body", () => {
  assertEquals(
    receive(requested(UPGRADE), "HTTP/1.1 101 Switching\r\n\r\n")[0].slice(0, 22),
    "failed UPGRADE_REFUSED",
  );
  assertEquals(
    receive(requested({ ...UPGRADE, body: 5 }), "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n")[0]
      .slice(0, 22),
    "failed UPGRADE_REFUSED",
  );
});

Deno.test("2xx to CONNECT makes a tunnel whatever its head says; anything else is a response", () => {
  const connect: OutgoingHead = { ...GET, method: "CONNECT", target: "a:1" };
  const core = requested(connect);
  const head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
  assertEquals(receive(core, `${head}rest`), ['upgraded 200 OK [["Content-Length","2"]]']);
  assertEquals(core.takeRemainder(), bytesOf("rest"));
  const refused = requested(connect);
  assertEquals(receive(refused, OK.replace("200 OK", "407 No")).length, 3);
  assertEquals(refused.state, "idle");
  assertEquals(
    receive(requested({ ...connect, body: 5 }), head)[0].slice(0, 22),
    "failed UPGRADE_REFUSED",
  );
});
