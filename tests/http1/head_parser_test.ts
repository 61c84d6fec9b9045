import { FAILED, HeadParser, INCOMPLETE } from "../../http1/proto/head_parser.ts";
import { DEFAULT_LIMITS, type Http1Limits } from "../../http1/proto/limits.ts";
import { assertEquals, assertGreater } from "../support/assert.ts";
import { bytesOf } from "./cores.ts";

const LIMITS: Http1Limits = { ...DEFAULT_LIMITS, maxHeadBytes: 100 };

/** Parses `text` whole, byte by byte, and both with a tail; all have to give the same. */
function parse(text: string, role: "request" | "response", limits = DEFAULT_LIMITS): string {
  const results = ["", "tail"].flatMap((tail) => {
    const whole = bytesOf(`>${text}${tail}`);
    const parser = new HeadParser(role, limits);
    const split = new HeadParser(role, limits);
    let end = INCOMPLETE;
    for (let stop = 1; stop <= text.length + 1 && end === INCOMPLETE; stop++) {
      end = split.parse(whole, 1, stop);
    }
    return [describe(parser, parser.parse(whole, 1, whole.length)), describe(split, end)];
  });
  if (results[1] !== "incomplete") assertEquals(results, results.map(() => results[0]));
  return results[1];
}

function describe(parser: HeadParser, end: number): string {
  if (end === INCOMPLETE) return "incomplete";
  if (end === FAILED) return parser.failure!.code;
  return `${end - 1} 1.${parser.minorVersion} ${parser.fieldCount} fields`;
}

function request(text: string, limits?: Http1Limits): string {
  return parse(text, "request", limits);
}

function response(text: string, limits?: Http1Limits): string {
  return parse(text, "response", limits);
}

Deno.test("a request's head is found complete at its empty line", () => {
  const text = "GET /a?b HTTP/1.1\r\nHost: x\r\nAccept:\t a \r\nEmpty:\r\n\r\n";
  assertEquals(request(text), `${text.length} 1.1 3 fields`);
  assertEquals(request("GET / HTTP/1.0\r\n\r\n"), "18 1.0 0 fields");
});

Deno.test("the parser leaves where the parts of a request line are", () => {
  const bytes = bytesOf("\r\nOPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n");
  const parser = new HeadParser("request", DEFAULT_LIMITS);
  assertEquals(parser.parse(bytes, 0, bytes.length), bytes.length);
  assertEquals([parser.methodStart, parser.methodEnd, parser.targetEnd], [2, 9, 11]);
  assertEquals(parser.fieldsStart, 22);
});

Deno.test("up to two empty lines before a request line are passed over", () => {
  const text = "\r\n\r\nGET / HTTP/1.1\r\n\r\n";
  assertEquals(request(text), `${text.length} 1.1 0 fields`);
  assertEquals(request(`\r\n${text}`), "BAD_REQUEST_LINE");
  assertEquals(request("\nGET / HTTP/1.1\r\n\r\n"), "BAD_REQUEST_LINE");
  assertEquals(request("\r\rGET / HTTP/1.1\r\n\r\n"), "BAD_REQUEST_LINE");
  assertEquals(request(" GET / HTTP/1.1\r\n\r\n"), "BAD_REQUEST_LINE");
});

for (
  const [line, code] of [
    ["GET  / HTTP/1.1", "BAD_TARGET"],
    ["GET / HTTP/1.1 ", "BAD_REQUEST_LINE"],
    ["GET /  HTTP/1.1", "BAD_REQUEST_LINE"],
    ["GET\t/ HTTP/1.1", "BAD_REQUEST_LINE"],
    ["GET / http/1.1", "BAD_REQUEST_LINE"],
    ["GET / HTTP/11 ", "BAD_REQUEST_LINE"],
    ["GET / HTTP/1.a", "BAD_REQUEST_LINE"],
    ["GET / HTTP/2.0", "BAD_VERSION"],
    ["GET / HTTP/0.9", "BAD_VERSION"],
    ["GET /", "BAD_REQUEST_LINE"],
    ["GET / ", "incomplete"],
    ["GET", "BAD_REQUEST_LINE"],
    ["G<T / HTTP/1.1", "BAD_REQUEST_LINE"],
    ["GET /\0 HTTP/1.1", "BAD_TARGET"],
    ["GET /\u00e9 HTTP/1.1", "BAD_TARGET"],
    ["GET /#a HTTP/1.1", "BAD_TARGET"],
    ["GET /\x7f HTTP/1.1", "BAD_TARGET"],
    ["GET / HTTP/1.1\r", "BAD_REQUEST_LINE"],
    ["GET /\r HTTP/1.1", "BAD_REQUEST_LINE"],
  ]
) {
  Deno.test(`the request line ${JSON.stringify(line)} gives ${code}`, () => {
    assertEquals(request(`${line}\r\n`), code);
  });
}

Deno.test("a minor version above 1 counts as 1.1", () => {
  assertEquals(request("GET / HTTP/1.7\r\n\r\n"), "18 1.1 0 fields");
  assertEquals(response("HTTP/1.2 200 OK\r\n\r\n"), "19 1.1 0 fields");
});

Deno.test("a method may have 64 bytes, no more, and any letter of a token", () => {
  const text = `${"M".repeat(64)} / HTTP/1.1\r\n\r\n`;
  assertEquals(request(text), `${text.length} 1.1 0 fields`);
  assertEquals(request(`M${text}`), "BAD_METHOD");
  assertEquals(request("x-y!z / HTTP/1.1\r\n\r\n"), "20 1.1 0 fields");
});

for (
  const [line, why] of [
    ["Name : value", "white space before the colon"],
    [": value", "no name"],
    ["Name", "no colon"],
    ["Na me: value", "a space in the name"],
    [" folded", "a folded line"],
    ["\tfolded", "a line folded by a tab"],
    ["Name: a\0b", "a NUL"],
    ["Name: a\rb", "a bare CR"],
    ["Name: a\nb: c", "a bare LF"],
    ["Name: a\x7fb", "a DEL"],
    ["Name: a\x01", "a control"],
    ["Na\u00efve: a", "a name beyond ASCII"],
    ["Name\0: a", "a NUL in the name"],
    ["Name: a\r\r", "two CR"],
  ]
) {
  Deno.test(`a field line with ${why} is refused`, () => {
    assertEquals(request(`GET / HTTP/1.1\r\n${line}\r\n\r\n`), "BAD_FIELD");
    assertEquals(response(`HTTP/1.1 200 OK\r\n${line}\r\n\r\n`), "BAD_FIELD");
  });
}

Deno.test("the empty line behind a head is CR LF", () => {
  assertEquals(request("GET / HTTP/1.1\r\nA: b\r\n\n"), "BAD_FIELD");
  assertEquals(request("GET / HTTP/1.1\r\nA: b\r\n\rx"), "BAD_FIELD");
});

Deno.test("values keep bytes beyond ASCII", () => {
  assertEquals(request("GET / HTTP/1.1\r\nA: \u00e9\u00ff\r\n\r\n"), "25 1.1 1 fields");
});

Deno.test("a status line has a version, three digits and perhaps a reason", () => {
  assertEquals(response("HTTP/1.1 200 OK\r\n\r\n"), "19 1.1 0 fields");
  assertEquals(response("HTTP/1.0 404 \r\n\r\n"), "17 1.0 0 fields");
  assertEquals(response("HTTP/1.1 204\r\n\r\n"), "16 1.1 0 fields");
  assertEquals(response("HTTP/1.1 200 na\u00efve\tone\r\n\r\n"), "26 1.1 0 fields");
});

for (
  const line of [
    ...[
      "HTTP/1.1 20 OK",
      "HTTP/1.1 2000 OK",
      "HTTP/1.1 0200",
      "HTTP/1.1  200 OK",
      "HTTP/1.1 2x0 OK",
    ],
    ...[
      "HTTP/1.1 099 OK",
      "HTTP/1.1\t200 OK",
      "XTTP/1.1 200 OK",
      "HTTP/1.1 200 a\0b",
      "<html></html>.",
    ],
    ...["HTTP/1.1 200 OK\r", "HTTP/1.1 20\x7f OK"],
  ]
) {
  Deno.test(`the status line ${JSON.stringify(line)} is refused`, () => {
    assertEquals(response(`${line}\r\n\r\n`), "BAD_STATUS_LINE");
  });
}

Deno.test("a response of another major version is refused", () => {
  assertEquals(response("HTTP/2.0 200 OK\r\n\r\n"), "BAD_VERSION");
});

Deno.test("the parser leaves what a status line says", () => {
  const bytes = bytesOf("HTTP/1.1 418 I am a teapot\r\n\r\n");
  const parser = new HeadParser("response", DEFAULT_LIMITS);
  assertEquals(parser.parse(bytes, 0, bytes.length), bytes.length);
  assertEquals([parser.status, parser.reasonStart, parser.reasonEnd], [418, 13, 26]);
});

Deno.test("a head may have as many bytes as the limit says, and not one more", () => {
  const head = "GET / HTTP/1.1\r\nName: ";
  const fill = "x".repeat(100 - head.length - 4);
  assertEquals(request(`${head}${fill}\r\n\r\n`, LIMITS), "100 1.1 1 fields");
  assertEquals(request(`${head}${fill}x\r\n\r\n`, LIMITS), "HEAD_TOO_LARGE");
  assertEquals(request(`${head}${fill}`, LIMITS), "incomplete");
  assertEquals(request(`${head}${"x".repeat(200)}`, LIMITS), "HEAD_TOO_LARGE");
});

Deno.test("a target may have as many bytes as the limit says, and not one more", () => {
  const limits = { ...DEFAULT_LIMITS, maxTargetBytes: 10 };
  assertEquals(request("GET /123456789 HTTP/1.1\r\n\r\n", limits), "27 1.1 0 fields");
  assertEquals(request("GET /1234567890 HTTP/1.1\r\n\r\n", limits), "TARGET_TOO_LONG");
  assertEquals(request("GET /1234567890", limits), "TARGET_TOO_LONG");
});

Deno.test("a field line may have as many bytes as the limit says, and not one more", () => {
  const limits = { ...DEFAULT_LIMITS, maxFieldBytes: 10 };
  const start = "GET / HTTP/1.1\r\n";
  assertEquals(request(`${start}Name: 7890\r\n\r\n`, limits), "30 1.1 1 fields");
  assertEquals(request(`${start}Name: 78901\r\n\r\n`, limits), "FIELD_TOO_LARGE");
  assertEquals(request(`${start}Name567890:\r\n\r\n`, limits), "FIELD_TOO_LARGE");
  assertEquals(request(`${start}Name5678901:\r\n\r\n`, limits), "FIELD_TOO_LARGE");
  // The limit counts before what else is wrong with the line, wherever a read may end.
  assertEquals(request(`${start}Name: 78901\0`, limits), "FIELD_TOO_LARGE");
});

Deno.test("a head may have as many field lines as the limit says, and not one more", () => {
  const limits = { ...DEFAULT_LIMITS, maxFields: 3 };
  assertEquals(request(`GET / HTTP/1.1\r\n${"A: b\r\n".repeat(3)}\r\n`, limits), "36 1.1 3 fields");
  assertEquals(request(`GET / HTTP/1.1\r\n${"A: b\r\n".repeat(4)}\r\n`, limits), "TOO_MANY_FIELDS");
});

Deno.test("empty lines alone do not begin a head", () => {
  const parser = new HeadParser("request", DEFAULT_LIMITS);
  parser.parse(bytesOf("\r\n\r"), 0, 3);
  assertEquals(parser.begun, false);
  parser.parse(bytesOf("\r\n\r\nG"), 0, 5);
  assertEquals(parser.begun, true);
});

Deno.test("a parser is used again behind each head, and forgets the one before", () => {
  const parser = new HeadParser("request", DEFAULT_LIMITS);
  const first = bytesOf(
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\n",
  );
  assertEquals(parser.parse(first, 0, first.length), first.length);
  assertEquals(parser.framing.contentLength, 5);
  parser.reset();
  const second = bytesOf("GET / HTTP/1.1\r\n\r\n");
  assertEquals(parser.parse(second, 0, second.length), second.length);
  assertEquals([parser.fieldCount, parser.framing.contentLength, parser.framing.hosts], [0, -1, 0]);
  assertEquals(parser.framing.close, false);
});

Deno.test("no byte is looked at twice, however a head is split", () => {
  const text = `GET / HTTP/1.1\r\nName: ${"x".repeat(10_000)}\r\n\r\n`;
  const bytes = bytesOf(text);
  let looks = 0;
  const counting = new Proxy(bytes, {
    get(target, key) {
      if (typeof key === "string" && /^\d+$/.test(key)) looks++;
      return Reflect.get(target, key, target);
    },
  });
  const parser = new HeadParser("request", DEFAULT_LIMITS);
  for (let stop = 1; stop <= bytes.length; stop++) parser.parse(counting, 0, stop);
  assertGreater(bytes.length * 4, looks);
});
