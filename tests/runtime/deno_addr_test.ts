import { addressOf } from "../../runtime/platform/deno_addr.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("an address of Deno's keeps what it says", () => {
  assertEquals(
    addressOf({ transport: "tcp", hostname: "::1", port: 80 }),
    { transport: "tcp", hostname: "::1", port: 80 },
  );
  assertEquals(addressOf({ transport: "unix", path: "/a" }), { transport: "unix", path: "/a" });
});

Deno.test("an address that Deno leaves out is empty", () => {
  assertEquals(addressOf({ transport: "unix", path: null }), { transport: "unix", path: "" });
  assertEquals(addressOf({ transport: "tcp" }), { transport: "tcp", hostname: "", port: 0 });
});
