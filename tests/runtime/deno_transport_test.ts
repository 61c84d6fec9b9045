import { errorCode, isClosedError } from "@avx/runtime/translate-error";
import { DenoTransport } from "../../runtime/platform/deno_transport.ts";
import { assert, assertEquals, assertRejects, assertStrictEquals } from "../support/assert.ts";
import {
  bytesOf,
  connected,
  pattern,
  readToEnd,
  readUpTo,
  writeAll,
} from "../support/transports.ts";

Deno.test("a transport passes reads and writes through as they are", () => {
  const reading = Promise.resolve(1);
  const writing = Promise.resolve(2);
  const conn = { read: () => reading, write: () => writing } as unknown as Deno.TcpConn;
  const transport = new DenoTransport(conn);
  assertStrictEquals(transport.read(new Uint8Array(1)), reading);
  assertStrictEquals(transport.write(new Uint8Array(1)), writing);
});

Deno.test("a transport ends one half and goes on with the other", async () => {
  const pair = await connected();
  await pair.client.closeWrite();
  assertEquals(await pair.server.read(new Uint8Array(8)), null);
  await pair.server.write(bytesOf("still here"));
  assertEquals(await readUpTo(pair.client, 10), bytesOf("still here"));
  assertEquals(errorCode(await assertRejects(() => pair.client.write(bytesOf("x")))), "EPIPE");
  pair.close();
});

Deno.test("a transport writes in parts what the peer is slow to read", async () => {
  const pair = await connected();
  const bytes = pattern(16 * 1024 * 1024);
  const first = await pair.client.write(bytes);
  assert(first > 0 && first < bytes.length, `${first} bytes at once`);
  const [read] = await Promise.all([
    readToEnd(pair.server),
    writeAll(pair.client, bytes.subarray(first)).then(() => pair.client.closeWrite()),
  ]);
  assertEquals(read.length, bytes.length);
  assertEquals(read.subarray(-100), bytes.subarray(-100));
  pair.close();
});

Deno.test("a transport wakes its pending read when it closes", async () => {
  const pair = await connected();
  const reading = pair.server.read(new Uint8Array(8));
  pair.server.close();
  pair.server.close();
  assert(isClosedError(await assertRejects(() => reading)));
  assert(isClosedError(await assertRejects(() => pair.server.read(new Uint8Array(8)))));
  assert(isClosedError(await assertRejects(() => pair.server.write(new Uint8Array(8)))));
  pair.close();
});

Deno.test("a transport tells of a reset behind the bytes that came before", async () => {
  const pair = await connected();
  await pair.server.write(bytesOf("last words"));
  await pair.client.write(bytesOf("unread"));
  // What it has not read makes the system send a reset.
  await waitForBytes(pair.server);
  pair.server.close();
  const read: Uint8Array[] = [];
  const error = await assertRejects(async () => {
    const into = new Uint8Array(16);
    for (;;) {
      const count = await pair.client.read(into);
      if (count === null) await pair.client.write(bytesOf("x"));
      else read.push(into.slice(0, count));
    }
  });
  assertEquals(read, [bytesOf("last words")]);
  assert(["ECONNRESET", "EPIPE"].includes(errorCode(error) ?? ""), errorCode(error));
  pair.close();
});

Deno.test("a transport in the clear has no handshake to do", async () => {
  const pair = await connected();
  await pair.client.handshake();
  assertEquals([pair.client.tls, pair.client.encrypted], [undefined, false]);
  assertEquals(pair.client.remoteAddr, pair.server.localAddr);
  pair.client.unref();
  pair.client.ref();
  pair.close();
});

Deno.test("a transport that was given away leaves its connection alone", async () => {
  const pair = await connected();
  const transport = pair.client as DenoTransport;
  assertEquals(transport.isTcp, true);
  const conn = transport.release();
  assertEquals(transport.isTcp, false);
  transport.close();
  await conn.write(bytesOf("mine"));
  assertEquals(await readUpTo(pair.server, 4), bytesOf("mine"));
  conn.close();
  pair.close();
});

// The bytes have to be there before the close: one of them is read.
async function waitForBytes(
  transport: { read(into: Uint8Array): Promise<unknown> },
): Promise<void> {
  await transport.read(new Uint8Array(1));
}
