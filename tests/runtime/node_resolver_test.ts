import { errorCode } from "@avx/runtime/translate-error";
import { NodeResolver } from "../../runtime/platform/node_resolver.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";

Deno.test("the system's resolver knows the hosts file", async () => {
  const { addresses, ttlMs } = await new NodeResolver().resolve("localhost", {});
  assert(addresses.includes("127.0.0.1") || addresses.includes("::1"));
  assertEquals(ttlMs, undefined);
});

Deno.test("the system's resolver says that a name does not exist", async () => {
  // RFC 6761 §6.4: this one never does. Without a network there is nobody to say so.
  const error = await assertRejects(() => new NodeResolver().resolve("nobody.invalid", {}));
  assert(["ENOTFOUND", "EAI_AGAIN"].includes(errorCode(error) ?? ""));
});

Deno.test("the system's resolver is not waited for once its signal is aborted", async () => {
  const resolver = new NodeResolver();
  const gone = AbortSignal.abort("gone");
  assertEquals(
    await resolver.resolve("localhost", { signal: gone }).catch((reason) => reason),
    "gone",
  );
  const controller = new AbortController();
  const { signal } = controller;
  const asked = resolver.resolve("localhost", { signal }).catch((reason) => reason);
  controller.abort("enough");
  assertEquals(await asked, "enough");
  await resolver.resolve("localhost", {}); // after it: the system answers in turn
});
