import { parseOptions } from "../../client/options.ts";
import { Destinations } from "../../client/prepared_request.ts";
import { prepare, type RequestOptions } from "../../client/request.ts";
import { assert, assertEquals, assertStrictEquals } from "../support/assert.ts";

const config = parseOptions();
const destinations = new Destinations(config);
const URL_TEXT = "http://a.example/p";

function prepared(options?: RequestOptions): ReturnType<typeof prepare> {
  return prepare(URL_TEXT, options, destinations);
}

Deno.test("a plain request to the same URL is the same object", () => {
  const first = prepared();
  assertStrictEquals(prepared({}), first);
  assertStrictEquals(prepared({ method: "GET", body: null, signal: null, timeout: 5 }), first);
  assert(prepared({ method: "HEAD" }) !== first);
  assert(prepared({ headers: {} }) !== first);
  assert(prepared({ upgrade: "x" }) !== first);
});

Deno.test("only a form has to be waited for", async () => {
  const text = prepared({ method: "POST", body: "abc" });
  assert(!(text instanceof Promise));
  assertEquals(text.length, 3);
  const form = prepared({ method: "POST", body: new FormData() });
  assert(form instanceof Promise);
  assert((await form).length! > 0);
});
