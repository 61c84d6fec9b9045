import { parseOptions } from "../../client/options.ts";
import { type OutgoingBody, outgoingBody } from "../../client/outgoing_body.ts";
import {
  attemptOf,
  Destinations,
  type PreparedRequest,
  prepareRequest,
  type RequestParts,
} from "../../client/prepared_request.ts";
import { fieldValueOf } from "@avx/semantics/field-lines";
import { assert, assertEquals, assertNotStrictEquals, assertThrows } from "../support/assert.ts";
import { assertStrictEquals } from "../support/assert.ts";

const config = parseOptions();
const destination = new Destinations(config).of("http://a.example/p");

const NOTHING: RequestParts = {
  method: "GET",
  headers: undefined,
  body: undefined,
  expectContinue: false,
  upgrade: undefined,
  route: destination.route,
};

function prepared(parts: Partial<RequestParts>): PreparedRequest {
  return prepareRequest(destination, { ...NOTHING, ...parts });
}

function textBody(text: string): OutgoingBody {
  return outgoingBody(text) as OutgoingBody;
}

Deno.test("destinations remember what they have seen, for strings and URLs alike", () => {
  const destinations = new Destinations(config);
  const first = destinations.of("http://a.example/x?y#z");
  assertEquals([first.target, first.href], ["/x?y", "http://a.example/x?y"]);
  assertStrictEquals(destinations.of(new URL("http://a.example/x?y#z")), first);
  for (let count = 0; count < 600; count++) destinations.of(`http://a.example/${count}`);
  assertNotStrictEquals(destinations.of("http://a.example/x?y#z"), first);
});

Deno.test("destinations put the configured host before the URL's", () => {
  const virtual = parseOptions({ headers: { host: "b.example" } });
  const { get } = new Destinations(virtual).of("http://a.example/");
  assertEquals(fieldValueOf(get.lines, "host"), "b.example");
  assertEquals(fieldValueOf(destination.get.lines, "host"), "a.example");
  const virtualDestination = new Destinations(virtual).of("http://a.example/");
  const post = prepareRequest(virtualDestination, { ...NOTHING, method: "POST" });
  assertEquals(fieldValueOf(post.lines, "host"), "b.example");
});

Deno.test("prepared request writes the methods of the Fetch standard in upper case", () => {
  assertEquals(prepared({ method: "delete" }).method, "DELETE");
  assertEquals(prepared({ method: "patch" }).method, "patch");
  assertEquals(prepared({ method: "Search" }).method, "Search");
});

Deno.test("prepared request knows what may be sent twice", () => {
  for (const method of ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]) {
    assert(prepared({ method }).idempotent, method);
  }
  for (const method of ["POST", "PATCH", "X"]) assert(!prepared({ method }).idempotent, method);
});

Deno.test("prepared request names the type of its body unless the caller does", () => {
  const body = textBody("abc");
  const plain = prepared({ method: "POST", body });
  assertEquals(fieldValueOf(plain.lines, "content-type"), "text/plain;charset=UTF-8");
  assertEquals(plain.length, 3);
  const own = prepared({ method: "POST", body, headers: { "Content-Type": "text/css" } });
  assertEquals(fieldValueOf(own.lines, "content-type"), "text/css");
});

Deno.test("prepared request takes framing fields out and checks them", () => {
  const body = textBody("abc");
  const headers = { "content-length": "3", "transfer-encoding": "chunked", expect: "100-continue" };
  const request = prepared({ method: "POST", body, headers });
  for (const name of Object.keys(headers)) {
    assertEquals(fieldValueOf(request.lines, name), undefined);
  }
  assertEquals([request.length, request.expectContinue], [3, true]);
  assertEquals(prepared({ headers: { "content-length": "0" } }).length, undefined);
  for (const wrong of ["4", "-1", "x", ""]) {
    const lying = { method: "POST", body, headers: { "content-length": wrong } };
    assertThrows(() => prepared(lying), TypeError, "content-length");
  }
});

Deno.test("prepared request does not wait for leave to send nothing", () => {
  assertEquals(prepared({ method: "PUT", expectContinue: true }).expectContinue, false);
  const empty = prepared({ method: "PUT", expectContinue: true, body: textBody("") });
  assertEquals(empty.expectContinue, false);
});

Deno.test("prepared request asks for an upgrade", () => {
  const request = prepared({ upgrade: "websocket" });
  assertEquals([request.upgrade, fieldValueOf(request.lines, "upgrade")], [true, "websocket"]);
  assertThrows(() => prepared({ upgrade: "a\r\nb" }), TypeError);
});

Deno.test("attempt opens a body that is pulled, each time anew", () => {
  let opened = 0;
  const body: OutgoingBody = {
    bytes: undefined,
    open: () => {
      opened++;
      return { read: () => Promise.resolve(undefined), cancel() {} };
    },
    length: undefined,
    contentType: undefined,
    replayable: true,
  };
  const request = prepared({ method: "POST", body });
  attemptOf(request);
  attemptOf(request);
  assertEquals(opened, 2);
  assertEquals(attemptOf(prepared({})).body, undefined);
  assertEquals(attemptOf(prepared({ method: "POST" })).body, new Uint8Array(0));
});
