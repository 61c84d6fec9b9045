import { FieldList } from "@avx/semantics/field-lines";
import { SeenBody } from "../../client/seen_body.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { arriving } from "./coded.ts";

/** Remembers what it has seen, and may not like it. */
class Counted extends SeenBody {
  readonly seen: (number | undefined)[] = [];
  maxBytes = Infinity;

  protected override see(chunk: Uint8Array | undefined): void {
    this.seen.push(chunk?.length);
    if (chunk !== undefined && chunk.length > this.maxBytes) throw new RangeError("Too much");
  }
}

Deno.test("a body is seen in the pieces that its reader gets, and so is its end", async () => {
  const source = arriving(new Uint8Array(50), 20);
  const body = new Counted(source);
  assertEquals(body.declaredLength, 50);
  for (let chunk; (chunk = await body.pull()) !== undefined;) body.release?.(chunk);
  assertEquals([body.seen, source.released], [[20, 20, 10, undefined], 3]);
});

Deno.test("a body that is seen is otherwise the one that it was", async () => {
  const trailers = new FieldList(["t", "1"]);
  const source = { ...arriving(new Uint8Array(50), 20), trailers, release: undefined };
  const body = new Counted(source);
  assertEquals([body.trailers, body.release], [trailers, undefined]);
  body.maxBytes = 5;
  await assertRejects(async () => await body.pull(), RangeError, "Too much");
  assertEquals(source.cancelled, []);
  body.cancel("enough");
  assertEquals(source.cancelled, ["enough"]);
});
