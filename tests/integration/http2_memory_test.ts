import { assert, assertEquals } from "../support/assert.ts";
import { outputOf } from "../support/programs.ts";
import type { SoakReport } from "./programs/http2_soak.ts";
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

Deno.test("10,000 streams are open at once on one connection, and each is answered", async () => {
  const report: StreamsReport = await run("http2_streams.ts", STREAMS);
  assertEquals([report.streams, report.answered], [STREAMS, STREAMS]);
  assert(report.serverBytes < 4096, `a stream takes ${report.serverBytes} bytes`);
});

/** Runs a program in a process of its own, whose memory no other test fills. */
async function run<Report>(file: string, count: number): Promise<Report> {
  const path = new URL(`programs/${file}`, import.meta.url).pathname;
  const flags = ["--quiet", "--no-check", "-A", "--v8-flags=--expose-gc"];
  const args = ["run", ...flags, path, String(count)];
  const timeoutMs = 60_000 + count / 2;
  return JSON.parse(await outputOf(Deno.execPath(), args, { timeoutMs }));
}
