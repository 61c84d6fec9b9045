import { ConnectError } from "@avx/runtime/errors";
import { MemoryNetwork } from "@avx/runtime/memory";
import type { Resolution, Resolver } from "@avx/runtime/ports/resolver";
import { systemError } from "@avx/runtime/translate-error";
import { type DnsOptions, parseDnsOptions } from "../../../client/connecting/dns_options.ts";
import { NameLookup } from "../../../client/connecting/name_lookup.ts";
import { assertEquals, assertRejects, assertThrows } from "../../support/assert.ts";

const A = ["192.0.2.1"];

interface Question {
  readonly hostname: string;
  readonly signal: AbortSignal;
  resolve(resolution: Resolution): void;
  reject(error: unknown): void;
}

/** A look-up whose resolver answers when the test does. */
class Stage {
  now = 0;
  readonly questions: Question[] = [];
  readonly lookup: NameLookup;

  constructor(options: DnsOptions = {}) {
    const resolve = (hostname: string, { signal }: { signal: AbortSignal }): Promise<Resolution> =>
      new Promise((resolve, reject) => this.questions.push({ hostname, signal, resolve, reject }));
    this.lookup = new NameLookup(parseDnsOptions({ resolve, ...options }), () => this.now);
  }

  ask(hostname: string, signal = new AbortController().signal): Promise<readonly string[]> {
    const asked = Promise.resolve(this.lookup.ask(hostname, undefined, signal) ?? []);
    asked.catch(() => {});
    return asked;
  }
}

Deno.test("addresses and localhost are known without asking", () => {
  const { lookup } = new Stage();
  assertEquals(lookup.known("192.0.2.1"), ["192.0.2.1"]);
  assertEquals(lookup.known("2001:db8::1"), ["2001:db8::1"]);
  const network = new MemoryNetwork({ names: {} });
  const { signal } = new AbortController();
  for (const name of ["localhost", "LOCALHOST", "localhost.", "app.localhost"]) {
    assertEquals(lookup.known(name), undefined);
    assertEquals(lookup.ask(name, network.resolver, signal), ["127.0.0.1", "::1"]);
    // Who may not resolve may not connect to addresses either.
    assertEquals(lookup.ask(name, undefined, signal), undefined);
  }
  for (const name of ["localhost.example", "notlocalhost", "a.example"]) {
    assertEquals(lookup.known(name), undefined);
  }
});

Deno.test("a name is asked for once, and then known", async () => {
  const stage = new Stage();
  const asked = stage.ask("a.example");
  stage.questions[0].resolve({ addresses: A, ttlMs: 1_000 });
  assertEquals(await asked, A);
  assertEquals(stage.lookup.known("A.example."), A);
  stage.now = 1_000;
  assertEquals(stage.lookup.known("a.example"), undefined);
  assertEquals(stage.questions.length, 1);
});

Deno.test("those who ask for a name at the same time share the question", async () => {
  const stage = new Stage();
  const asked = ["a.example", "A.EXAMPLE", "b.example"].map((name) => stage.ask(name));
  assertEquals(stage.questions.map(({ hostname }) => hostname), ["a.example", "b.example"]);
  stage.questions[0].resolve({ addresses: A });
  stage.questions[1].resolve({ addresses: ["192.0.2.2"] });
  assertEquals(await Promise.all(asked), [A, A, ["192.0.2.2"]]);
});

Deno.test("a question is given up when the last who waits has gone", async () => {
  const stage = new Stage();
  const first = new AbortController();
  const second = new AbortController();
  const one = stage.ask("a.example", first.signal);
  const two = stage.ask("a.example", second.signal);
  first.abort("first");
  assertEquals(await one.catch((reason) => reason), "first");
  assertEquals(stage.questions[0].signal.aborted, false);
  second.abort("second");
  assertEquals(await two.catch((reason) => reason), "second");
  assertEquals(stage.questions[0].signal.aborted, true);
  stage.questions[0].reject("second");
  // The next one asks anew.
  const three = stage.ask("a.example");
  stage.questions[1].resolve({ addresses: A });
  assertEquals(await three, A);
  const gone = AbortSignal.abort("gone");
  assertEquals(await stage.ask("b.example", gone).catch((reason) => reason), "gone");
});

Deno.test("a name that does not exist is an error with a code, and remembered", async () => {
  const stage = new Stage();
  const asked = stage.ask("a.example");
  stage.questions[0].reject(systemError("Error", "ENOTFOUND", "getaddrinfo ENOTFOUND a.example"));
  const error = await assertRejects(() => asked, ConnectError);
  assertEquals([error.code, error.message], [
    "ENOTFOUND",
    'Cannot connect: host name not found: "a.example"',
  ]);
  assertThrows(() => stage.lookup.known("a.example"), ConnectError, "not found");
  stage.now = 1_000;
  assertEquals(stage.lookup.known("a.example"), undefined);
  const empty = stage.ask("a.example");
  stage.questions[1].resolve({ addresses: [] });
  assertEquals((await assertRejects(() => empty, ConnectError)).code, "ENOTFOUND");
});

Deno.test("another failure is not remembered", async () => {
  const stage = new Stage();
  const asked = stage.ask("a.example");
  stage.questions[0].reject(systemError("Error", "EAI_AGAIN", "getaddrinfo EAI_AGAIN a.example"));
  assertEquals((await assertRejects(() => asked, ConnectError)).code, "EAI_AGAIN");
  assertEquals(stage.lookup.known("a.example"), undefined);
});

Deno.test("an old answer serves where asking again fails, if that is wanted", async () => {
  const stage = new Stage({ staleIfError: 5_000 });
  const asked = stage.ask("a.example");
  stage.questions[0].resolve({ addresses: A, ttlMs: 1_000 });
  await asked;
  stage.now = 2_000;
  assertEquals(stage.lookup.known("a.example"), undefined);
  const again = stage.ask("a.example");
  stage.questions[1].reject(systemError("Error", "EAI_AGAIN", "no"));
  assertEquals(await again, A);
  const gone = stage.ask("a.example");
  stage.questions[2].reject(systemError("Error", "ENOTFOUND", "no"));
  assertEquals((await assertRejects(() => gone, ConnectError)).code, "ENOTFOUND");
});

Deno.test("what a resolver of one's own answers has to be addresses", async () => {
  const stage = new Stage({ resolve: () => ["192.0.2.1", "b.example"] });
  const error = await assertRejects(() => stage.ask("a.example"), ConnectError, '"b.example"');
  assertEquals(error.code, "DNS_INVALID_ANSWER");
});

Deno.test("a resolver of one's own may answer at once and throw", async () => {
  const plain = new Stage({ resolve: () => A });
  assertEquals(await plain.ask("a.example"), A);
  plain.lookup.forget("A.example");
  assertEquals([plain.lookup.known("a.example"), plain.lookup.size], [undefined, 0]);
  const broken = new Stage({
    resolve: () => {
      throw new RangeError("broken");
    },
  });
  const error = await assertRejects(() => broken.ask("a.example"), ConnectError);
  assertEquals((error.cause as Error).message, "broken");
});

Deno.test("the platform's resolver is asked where there is no other", async () => {
  const network = new MemoryNetwork({ names: { "a.example": A } });
  const lookup = new NameLookup(parseDnsOptions(), () => 0);
  const { signal } = new AbortController();
  const resolver = network.resolver as Resolver;
  assertEquals(await lookup.ask("a.example", resolver, signal), A);
  await assertRejects(async () => await lookup.ask("b.example", resolver, signal), ConnectError);
  assertEquals(lookup.ask("b.example", undefined, signal), undefined);
});
