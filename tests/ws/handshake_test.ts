import { FieldList } from "@avx/semantics/field-lines";
import {
  acceptHandshake,
  acceptKey,
  checkHandshake,
  checkProtocols,
  type ClientHandshakeOptions,
  handshakeLines,
  newKey,
  type ServerHandshakeOptions,
} from "@avx/ws/handshake";
import { deflateConfig } from "../../ws/proto/permessage_deflate.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";
import { countingRandom } from "./cores.ts";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
const DEFLATE = deflateConfig({ maxMemoryBytes: Infinity });
const REQUEST = {
  "upgrade": "websocket",
  "connection": "keep-alive, Upgrade",
  "sec-websocket-version": "13",
  "sec-websocket-key": KEY,
};
const RESPONSE = {
  "upgrade": "WebSocket",
  "connection": "Upgrade",
  "sec-websocket-accept": ACCEPT,
};

type Fields = Record<string, string | undefined>;

function fieldsOf(fields: Fields): FieldList {
  return new FieldList(
    Object.entries(fields).flatMap(([name, value]) => value === undefined ? [] : [name, value]),
  );
}

function accept(fields: Fields, options: Partial<ServerHandshakeOptions> = {}, method = "GET") {
  return acceptHandshake(method, fieldsOf({ ...REQUEST, ...fields }), {
    protocols: [],
    allowsOrigin: () => true,
    deflate: undefined,
    ...options,
  });
}

function check(
  fields: Fields,
  options: Partial<ClientHandshakeOptions> = {},
  status = 101,
  extendedConnect?: boolean,
) {
  const response = { status, fields: fieldsOf({ ...RESPONSE, ...fields }), extendedConnect };
  const outcome = checkHandshake(response, {
    key: KEY,
    protocols: [],
    deflate: undefined,
    ...options,
  });
  return outcome.type === "refused" ? outcome.reason : outcome;
}

Deno.test("the key of RFC 6455 §1.3 is answered as it shows", () => {
  assertEquals(acceptKey(KEY), ACCEPT);
  assertEquals(newKey(countingRandom()), "AQIDBAUGBwgJCgsMDQ4PEA==");
});

Deno.test("a server accepts a request, and answers its key", () => {
  assertEquals(accept({}), {
    type: "agreed",
    protocol: "",
    extensions: "",
    deflate: undefined,
    lines: ["sec-websocket-accept", ACCEPT],
  });
});

Deno.test("a server refuses what is no handshake, each with its status", () => {
  const statuses = [
    accept({}, {}, "POST"),
    accept({ "upgrade": undefined }),
    accept({ "upgrade": "h2c" }),
    accept({ "connection": "keep-alive" }),
    accept({ "sec-websocket-version": "8" }),
    accept({ "sec-websocket-version": undefined }),
    accept({ "sec-websocket-key": undefined }),
    accept({ "sec-websocket-key": "dGhlIHNhbXBsZQ==" }),
    accept({ "sec-websocket-key": KEY.slice(0, 21) + "B==" }),
    accept({ "sec-websocket-protocol": "a b" }),
    accept({ "sec-websocket-extensions": "a b" }),
  ].map((outcome) => outcome.type === "refused" && outcome.status);
  assertEquals(statuses, [405, 426, 426, 400, 426, 426, 400, 400, 400, 400, 400]);
});

Deno.test("a refusal says which version and which protocol would do", () => {
  const outcome = accept({ "sec-websocket-version": "8" });
  assertEquals(outcome.lines, ["upgrade", "websocket", "sec-websocket-version", "13"]);
});

Deno.test("a server asks about the origin", () => {
  const options = { allowsOrigin: (origin: string | undefined) => origin === "https://a.example" };
  assertEquals(accept({ "origin": "https://a.example" }, options).type, "agreed");
  const refused = accept({ "origin": "https://b.example" }, options);
  assertEquals(refused.type === "refused" && refused.status, 403);
});

Deno.test("a server chooses the subprotocol it likes best", () => {
  const options = { protocols: ["v2", "v1"] };
  const chosen = accept({ "sec-websocket-protocol": "v1, v2" }, options);
  assertEquals(chosen.lines.slice(2), ["sec-websocket-protocol", "v2"]);
  const none = accept({ "sec-websocket-protocol": "v3" }, options);
  assertEquals([none.type, none.lines.length], ["agreed", 2]);
});

Deno.test("a server compresses only where both want to", () => {
  const offer = { "sec-websocket-extensions": "permessage-deflate" };
  assertEquals(accept(offer).lines.length, 2);
  assertEquals(accept(offer, { deflate: DEFLATE }).lines.slice(2), [
    "sec-websocket-extensions",
    "permessage-deflate",
  ]);
  assertEquals(accept({}, { deflate: DEFLATE }).lines.length, 2);
});

Deno.test("an extended CONNECT needs neither key nor Upgrade", () => {
  const fields = { upgrade: undefined, connection: undefined, "sec-websocket-key": undefined };
  const outcome = accept(fields, {}, "CONNECT");
  assertEquals([outcome.type, outcome.lines], ["agreed", []]);
  const old = accept({ ...fields, "sec-websocket-version": "8" }, {}, "CONNECT");
  assertEquals(old.type, "refused");
  const other = accept(fields, { connectProtocol: "connect-udp" }, "CONNECT");
  assertEquals(other.type === "refused" && other.status, 501);
  assertEquals(accept(fields, { connectProtocol: "websocket" }, "CONNECT").type, "agreed");
});

Deno.test("a client asks for what it speaks", () => {
  assertEquals(handshakeLines({ key: KEY, protocols: ["a", "b"], deflate: DEFLATE }), [
    "sec-websocket-version",
    "13",
    "sec-websocket-key",
    KEY,
    "sec-websocket-extensions",
    "permessage-deflate; client_max_window_bits",
    "sec-websocket-protocol",
    "a, b",
  ]);
});

Deno.test("a client refuses a response that is not to its request", () => {
  assertEquals(check({}), {
    type: "agreed",
    protocol: "",
    extensions: "",
    deflate: undefined,
    lines: [],
  });
  const reasons = [
    check({}, {}, 200),
    check({ upgrade: "h2c" }),
    check({ connection: "close" }),
    check({ "sec-websocket-accept": ACCEPT.toLowerCase() }),
    check({ "sec-websocket-accept": undefined }),
    check({ "sec-websocket-protocol": "a" }),
    check({}, { protocols: ["a"] }),
    check({ "sec-websocket-extensions": "permessage-deflate" }),
    check({ "sec-websocket-extensions": "x, y" }, { deflate: DEFLATE }),
    check({ "sec-websocket-extensions": "x y" }, { deflate: DEFLATE }),
  ];
  assertEquals(reasons.map((reason) => typeof reason), reasons.map(() => "string"));
});

Deno.test("a client takes the subprotocol and the compression it asked for", () => {
  const outcome = check({
    "sec-websocket-protocol": "b",
    "sec-websocket-extensions": "permessage-deflate; client_max_window_bits=12",
  }, { protocols: ["a", "b"], deflate: DEFLATE });
  assertEquals(typeof outcome === "object" && [outcome.protocol, outcome.deflate], [
    "b",
    {
      serverNoContextTakeover: false,
      clientNoContextTakeover: false,
      serverWindowBits: 15,
      clientWindowBits: 12,
    },
  ]);
});

Deno.test("the response to an extended CONNECT is any 2xx, without a key", () => {
  const none = { upgrade: undefined, connection: undefined, "sec-websocket-accept": undefined };
  assertEquals(typeof check(none, {}, 200, true), "object");
  assertEquals(check(none, {}, 101, true), "The server answers with 101");
});

Deno.test("subprotocols are tokens, each once", () => {
  checkProtocols(["a", "b"]);
  assertThrows(() => checkProtocols(["a b"]), TypeError, "token");
  assertThrows(() => checkProtocols([""]), TypeError, "token");
  assertThrows(() => checkProtocols(["a", "a"]), TypeError, "twice");
});
