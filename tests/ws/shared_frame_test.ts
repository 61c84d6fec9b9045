import { SharedFrame } from "../../ws/proto/shared_frame.ts";
import { assertEquals, assertStrictEquals } from "../support/assert.ts";
import { bytesOf, deflateOf, frame } from "./cores.ts";

Deno.test("a shared message is framed once", () => {
  const shared = new SharedFrame("hello");
  assertEquals(shared.plain, frame(0x81, "hello", "unmasked"));
  assertStrictEquals(shared.plain, shared.plain);
  assertEquals(new SharedFrame(bytesOf("x")).plain, frame(0x82, "x", "unmasked"));
});

Deno.test("a shared message is compressed once for each size of window", () => {
  const shared = new SharedFrame("hello ".repeat(100));
  const large = deflateOf("server");
  const small = deflateOf("server", { serverWindowBits: 9 });
  const first = shared.compressed(large);
  assertEquals(first[0], 0xc1);
  assertStrictEquals(shared.compressed(deflateOf("server")), first);
  assertEquals(shared.compressed(small) === first, false);
  const client = deflateOf("client");
  const payload = first.subarray(first[1] === 126 ? 4 : 2);
  assertEquals(client.inflate(payload, 1000), shared.payload);
  client.close();
});

Deno.test("bytes that are changed afterwards were copied", () => {
  const bytes = bytesOf("abc");
  const shared = new SharedFrame(bytes);
  bytes[0] = 0;
  assertEquals(shared.plain, frame(0x82, "abc", "unmasked"));
  assertEquals(shared.message, bytesOf("abc"));
});
