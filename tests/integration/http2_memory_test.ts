import { assert, assertEquals } from "../support/assert.ts";
import { outputOf } from "../support/programs.ts";
import type { FloodReport } from "./programs/http2_flood.ts";
import type { SoakReport } from "./programs/http2_soak.ts";
import type { SocketSoakReport } from "./programs/http2_socket_soak.ts";
import type { StreamsReport } from "./programs/http2_streams.ts";

const MIB = 1024 * 1024;
/** `SOAK_REQUESTS=1000000` is the whole of it. */
const REQUESTS = Number(Deno.env.get("SOAK_REQUESTS") ?? 20_000);
const STREAMS = 10_000;

Deno.test("HTTP/2 requests, many of them reset by either end, leave nothing behind", async () => {
  const report: SoakReport = await run("http2_soak.ts", REQUESTS);
  const { requests, answered, reset, before, after, leftOpen } = report;
  assertEquals([requests, leftOpen], [REQUESTS, 0]);
  assertEquals(answered + reset, REQUESTS);
  assert(answered > REQUESTS / 3 && reset > REQUESTS / 4, `${answered} answered, ${reset} reset`);
  const heap = after.heapBytes - before.heapBytes;
  const external = after.externalBytes - before.externalBytes;
  assert(heap < MIB && external < MIB, `it grew by ${heap} and ${external} bytes`);
});

Deno.test("neither do those over sockets, which either end gives up in the midst", async () => {
  const report: SocketSoakReport = await run("http2_socket_soak.ts", REQUESTS);
  const { requests, answered, cancelled, failed, abandoned, waiting, before, after } = report;
  assertEquals([requests, answered + cancelled + failed, waiting], [REQUESTS, REQUESTS, 0]);
  // A request that is given up by the read that brings it has no handler to be told.
  const some = Math.min(answered, cancelled, failed * 3, abandoned * 8);
  assert(some > REQUESTS / 5, `${answered}, ${cancelled}, ${failed}, ${abandoned}`);
  assertEquals([after.connections, after.timers], [0, 0]);
  // Each connection that stayed would be one; the runtime itself may open one or two.
  assert(after.descriptors <= before.descriptors + 2, `${after.descriptors} descriptors`);
  const heap = after.heapBytes - before.heapBytes;
  const external = after.externalBytes - before.externalBytes;
  assert(heap < 2 * MIB && external < MIB, `it grew by ${heap} and ${external} bytes`);
});

for (const role of ["server", "client"]) {
  Deno.test(`a ${role} holds no more of a peer that sends whatever it may, without an end`, async () => {
    const report: FloodReport = await run("http2_flood.ts", REQUESTS * 5, role);
    const { events, mostStreams, before, after, open } = report;
    assert(open && events > REQUESTS && mostStreams <= 101, `${events} events`);
    const heap = after.heapBytes - before.heapBytes;
    const external = after.externalBytes - before.externalBytes;
    assert(heap < MIB && external < MIB, `it grew by ${heap} and ${external} bytes`);
  });
}

for (const lane of ["text()", "native"]) {
  Deno.test(`10,000 streams are open at once on one connection, each is answered, ${lane}`, async () => {
    const report: StreamsReport = await run("http2_streams.ts", STREAMS, lane);
    const { streams, answered, serverBytes, clientBytes } = report;
    assertEquals([streams, answered], [STREAMS, STREAMS]);
    console.log(
      `A stream takes ${serverBytes} bytes in the server, ${clientBytes} in a client core`,
    );
    assert(serverBytes < 4096);
  });
}

/** Runs a program in a process of its own, whose memory no other test fills. */
async function run<Report>(file: string, count: number, ...rest: string[]): Promise<Report> {
  const path = new URL(`programs/${file}`, import.meta.url).pathname;
  const flags = ["--quiet", "--no-check", "-A", "--v8-flags=--expose-gc"];
  const args = ["run", ...flags, path, String(count), ...rest];
  const timeoutMs = 60_000 + count / 2;
  return JSON.parse(await outputOf(Deno.execPath(), args, { timeoutMs }));
}
