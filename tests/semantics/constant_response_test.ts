import { ConstantResponses } from "@avx/semantics/web";
import { assertEquals, assertNotStrictEquals } from "../support/assert.ts";

const constants = new ConstantResponses(Response);
const ignore = !constants.areKnown;

Deno.test({ name: "a constant text is taken with the type that its maker gave it", ignore }, () => {
  assertEquals(constants.parts(new Response("hello")), {
    status: 200,
    statusText: "",
    lines: ["content-type", "text/plain;charset=UTF-8"],
    body: "hello",
    upgrade: undefined,
  });
  const json = constants.parts(Response.json({ ok: true }));
  assertEquals(json?.body, '{"ok":true}');
  assertEquals(json?.lines, ["content-type", "application/json"]);
  const made = constants.parts(Response.json([1], { status: 201, headers: { "x-a": "1" } }));
  assertEquals(made?.status, 201);
  assertEquals(made?.lines, ["content-type", "application/json", "x-a", "1"]);
});

Deno.test({ name: "status, reason and all header lines go with a constant", ignore }, () => {
  const headers = new Headers([["set-cookie", "a=1"], ["set-cookie", "b=2"]]);
  assertEquals(constants.parts(new Response("x", { status: 404, statusText: "No", headers })), {
    status: 404,
    statusText: "No",
    lines: [
      "content-type",
      "text/plain;charset=UTF-8",
      "set-cookie",
      "a=1",
      "set-cookie",
      "b=2",
    ],
    body: "x",
    upgrade: undefined,
  });
});

Deno.test({ name: "bytes are a copy of those that were given", ignore }, () => {
  const bytes = new Uint8Array([1, 2, 3]);
  const response = new Response(bytes);
  bytes[0] = 9;
  const body = constants.parts(response)?.body;
  assertEquals(body, new Uint8Array([1, 2, 3]));
  assertNotStrictEquals(body, bytes);
  assertEquals(constants.parts(new Response(bytes.buffer))?.body, bytes);
  assertEquals(constants.parts(new Response(new DataView(bytes.buffer, 1)))?.body, bytes.slice(1));
  assertEquals(constants.parts(new Response(new URLSearchParams("a=b")))?.body, "a=b");
});

Deno.test({ name: "headers changed behind a constant are seen", ignore }, () => {
  for (const response of [new Response("x"), Response.json("x"), new Response("x", {})]) {
    response.headers.set("content-type", "text/x");
    response.headers.set("x-a", "1");
    const parts = constants.parts(response);
    assertEquals(parts?.lines, ["content-type", "text/x", "x-a", "1"]);
  }
});

Deno.test("a body that was touched is no constant any more", async () => {
  const makers = [
    () => new Response("x"),
    () => Response.json("x"),
    () => new Response("x", { status: 201 }),
    () => new Response(new Uint8Array(1)),
  ];
  const acts: ((response: Response) => unknown)[] = [
    (response) => response.body,
    (response) => response.text(),
    (response) => response.bytes(),
    (response) => response.arrayBuffer(),
    (response) => response.blob(),
    (response) => response.body!.getReader().read(),
    (response) => response.body!.cancel(),
    (response) => response.body!.tee(),
  ];
  for (const make of makers) {
    for (const act of acts) {
      const response = make();
      const result = act(response);
      assertEquals(constants.parts(response), undefined);
      await result;
      assertEquals(constants.parts(response), undefined);
    }
  }
});

Deno.test("streams, blobs, nothing and derived classes are left to their streams", () => {
  class Derived extends Response {
    override get status(): number {
      return 299;
    }
  }
  const others = [
    new Response(ReadableStream.from([new Uint8Array(1)])),
    new Response(new Blob(["x"])),
    new Response(null),
    new Response(null, { status: 204 }),
    Response.error(),
    Response.redirect("http://a.example/"),
    new Derived("x"),
    {} as Response,
  ];
  for (const response of others) assertEquals(constants.parts(response), undefined);
});

Deno.test({ name: "a clone and its original are constants both", ignore }, () => {
  const response = new Response("x", { status: 201 });
  const clone = response.clone();
  assertEquals(constants.parts(response)?.body, "x");
  assertEquals(constants.parts(clone)?.body, "x");
});

Deno.test("a platform that keeps nothing, or something else, is not trusted", () => {
  class Bare {
    get headers(): Headers {
      return new Headers();
    }
  }
  assertEquals(new ConstantResponses(Bare as unknown as typeof Response).areKnown, false);

  const slots = Object.getOwnPropertySymbols(new Response("x"));
  const text = slots.find(({ description }) => description === "lazy static body");
  class Stale extends Response {
    constructor(body?: BodyInit | null, init?: ResponseInit) {
      super(body, init);
      if (text === undefined || typeof body !== "string") return;
      // It forgets to let go of the text once somebody has asked for the stream.
      Object.defineProperty(this, text, { get: () => body, set: () => {} });
    }
  }
  Object.defineProperty(Stale.prototype, "headers", {
    get(): Headers {
      return Reflect.get(Response.prototype, "headers", this);
    },
  });
  assertEquals(new ConstantResponses(Stale).areKnown, false);

  class Broken extends Response {
    override text(): Promise<string> {
      throw new Error("broken");
    }
    override get headers(): Headers {
      return super.headers;
    }
  }
  assertEquals(new ConstantResponses(Broken).areKnown, false);
  assertEquals(new ConstantResponses(Broken).parts(new Broken("x")), undefined);
});
