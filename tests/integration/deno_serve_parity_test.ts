import { assert, assertEquals } from "../support/assert.ts";
import { serving } from "../support/serving.ts";

const encoder = new TextEncoder();

type Make = () => Response | Promise<Response>;

/** What programs do with responses before they return them; each is sent as Deno.serve sends it. */
const ALIKE: Readonly<Record<string, Make>> = {
  "untouched text": () => new Response("hello"),
  "no text": () => new Response(""),
  "no body": () => new Response(null, { headers: { "x-a": "1" } }),
  "a clone": () => new Response("hello").clone(),
  "what was cloned": () => act(new Response("hello"), (it) => it.clone()),
  "bytes that were cloned": () => act(new Response(encoder.encode("xy")), (it) => it.clone()),
  "what was cloned and read": () => act(new Response("hello"), (it) => it.clone().text()),
  "a clone of what was read": async () => {
    const response = new Response("hello", { status: 404 });
    const clone = response.clone();
    await response.text();
    return clone;
  },
  "a field that was set": () => act(new Response("hello"), (it) => it.headers.set("x-a", "1")),
  "a type that was taken off": () =>
    act(new Response("hello"), (it) => it.headers.delete("content-type")),
  "a field that was set by who held the headers": async () => {
    const response = new Response("hello");
    const { headers } = response;
    await null;
    headers.set("x-late", "1");
    return response;
  },
  "a status that was hidden": () =>
    Object.defineProperty(new Response("hello"), "status", { value: 418 }),
  "headers that were hidden": () =>
    Object.defineProperty(new Response("hello"), "headers", { value: new Headers({ "x-p": "1" }) }),
  "a body that was hidden": () =>
    Object.defineProperty(new Response("hello"), "body", { value: null }),
  "headers that a class has of its own": () => new OwnHeaders("hello"),
  "text that was read": () => act(new Response("hello"), (it) => it.text()),
  "no text, and that was read": () => act(new Response(""), (it) => it.text()),
  "bytes that were read": () => act(new Response(encoder.encode("b")), (it) => it.bytes()),
  "an error that was read": () => act(new Response("hello", { status: 404 }), (it) => it.text()),
  "a body that was cancelled": () => act(new Response("hello"), (it) => it.body!.cancel()),
  "a body that was read in part": () =>
    act(new Response("hello"), async (it) => {
      const reader = it.body!.getReader();
      await reader.read();
      reader.releaseLock();
    }),
  "a body that was looked at": () => act(new Response("hello"), (it) => it.body),
  "a body that was held": () =>
    act(new Response("hello"), (it) => it.body!.getReader().releaseLock()),
  "a body in another response": () => {
    const response = new Response("hello", { status: 202, headers: { "x-a": "1" } });
    return new Response(response.body, response);
  },
  "the head of another response": () => {
    const response = new Response("hello", { status: 202, headers: { "x-a": "1" } });
    return new Response("other", response);
  },
  "a redirection": () => Response.redirect("http://a.example/x", 303),
  "an error response": () => Response.error(),
  "204": () => new Response(null, { status: 204 }),
  "304": () => new Response(null, { status: 304, headers: { etag: '"a"' } }),
  "JSON": () => Response.json({ a: 1 }),
  "JSON of another type": () =>
    Response.json({ a: 1 }, { status: 201, headers: { "content-type": "application/ld+json" } }),
  "search parameters": () => new Response(new URLSearchParams({ a: "é" })),
  "a buffer": () => new Response(encoder.encode("buffer").buffer),
  "a view": () => new Response(new DataView(encoder.encode("view").buffer, 1)),
  "words": () => new Response(new Uint16Array([0x4141])),
  "bytes that were changed": () => {
    const bytes = encoder.encode("before");
    const response = new Response(bytes);
    bytes.fill(0x41);
    return response;
  },
  "text beyond ASCII": () => new Response("São \ud800 €"),
  "bytes with a type": () =>
    new Response(encoder.encode("x"), { headers: { "content-type": "text/css" } }),
  "cookies": () => new Response("x", { headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"]] }),
  "much text": () => new Response("x".repeat(70_000)),
  "no response": () => "x" as unknown as Response,
  "nothing": () => undefined as unknown as Response,
};

/** The same, but that ours come with their length where they turn out to have ended in time. */
const ALIKE_BUT_FOR_LENGTH: Readonly<Record<string, Make>> = {
  "a blob": () => new Response(new Blob(["b"], { type: "text/x" })),
  "a stream": () => new Response(new Blob(["s"]).stream()),
};

for (const [name, make] of Object.entries({ ...ALIKE, ...ALIKE_BUT_FOR_LENGTH })) {
  Deno.test(`${name} is sent as Deno.serve sends it`, async () => {
    const onError = () => new Response("failed", { status: 500 });
    await serving(make, async ({ port }) => {
      const listening = { hostname: "127.0.0.1", port: 0, onListen: () => {}, onError };
      const peer = Deno.serve(listening, make);
      const [ours, theirs] = [await ask(port), await ask(peer.addr.port)];
      if (name in ALIKE) assertEquals(ours, theirs);
      else {
        assertEquals(withoutField(ours, "content-length: 1"), withoutField(theirs, CHUNKED));
      }
      await peer.shutdown();
    }, { onError });
  });
}

class OwnHeaders extends Response {
  override get headers(): Headers {
    return new Headers({ "x-own": "1" });
  }
}

async function act(response: Response, what: (it: Response) => unknown): Promise<Response> {
  await what(response);
  return response;
}

type Answer = readonly [status: string, fields: string[], content: string];

const CHUNKED = "transfer-encoding: chunked";

/** The answer but for a field that it must have. */
function withoutField([status, fields, content]: Answer, expected: string): Answer {
  assert(fields.includes(expected), `has no ${expected}: ${fields}`);
  return [status, fields.filter((field) => field !== expected), content];
}

/** The status, the fields and the content that a server answers with. */
async function ask(port: number): Promise<Answer> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(encoder.encode("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"));
  const [head, content] = split(await new Response(connection.readable).text());
  const [status, ...lines] = head.split("\r\n");
  const fields = lines.map((line) => line.replace(/^[^:]*/, (name) => name.toLowerCase()))
    .filter((line) => !/^(date|connection|vary):/.test(line)).sort();
  // Where the chunks of a stream end is nobody's business.
  const isChunked = fields.includes(CHUNKED);
  const text = isChunked ? content.replaceAll(/(?:^|\r\n)[0-9a-f]+\r\n/gi, "").trim() : content;
  return [status, fields, text];
}

function split(message: string): [string, string] {
  const end = message.indexOf("\r\n\r\n");
  return [message.slice(0, end), message.slice(end + 4)];
}
