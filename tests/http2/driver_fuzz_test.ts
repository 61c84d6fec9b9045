import fc from "fast-check";
import { Client } from "@avx/client";
import { ManualClock, MemoryNetwork } from "@avx/runtime/memory";
import type { Transport } from "@avx/runtime/ports/transport";
import { stream, text } from "@avx/semantics/web";
import { assertEquals } from "../support/assert.ts";
import { askHttp2 } from "../server/http2_peer.ts";
import { serveInMemory } from "../server/memory_server.ts";
import { conversation } from "./conversations.ts";

// What the cores withstand, their drivers have to as well: nobody is left waiting, nothing is
// rejected that nobody hears of, and the next connection is as good as the first.
const SEED = 9_113;
/** For each end; `FUZZ_CONNECTIONS` sets another number. */
const CONNECTIONS = Number(Deno.env.get("FUZZ_CONNECTIONS") ?? 1_500);

const inputs = (role: "server" | "client"): [Uint8Array, number, boolean][] =>
  fc.sample(fc.tuple(conversation(role), fc.nat(), fc.boolean()), {
    seed: SEED,
    numRuns: CONNECTIONS,
  });

/** Writes in two pieces, with a moment between them. Whoever hangs up is not written to. */
async function write(
  transport: Transport,
  clock: ManualClock,
  bytes: Uint8Array,
  cut: number,
): Promise<void> {
  const at = cut % (bytes.length + 1);
  for (const piece of [bytes.subarray(0, at), bytes.subarray(at)]) {
    if (piece.length > 0) await transport.write(piece).catch(() => {});
    await clock.settle();
  }
}

Deno.test("a server withstands whatever its connections bring", async () => {
  let waiting = 0;
  const memory = serveInMemory({ onError: () => text("failed", { status: 500 }) }, async (
    request,
    info,
  ) => {
    switch (new URL(request.url).pathname) {
      case "/head":
        return stream(ReadableStream.from([new Uint8Array(9), new Uint8Array(9)]));
      case "/reset":
        throw new Error("on purpose");
      case "/nothing":
        waiting++;
        if (!request.signal.aborted) {
          await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
        }
        waiting--;
        return text("too late");
      case "/push":
        return new Response(request.body);
      case "/hint":
        info.informational(103, { link: "</a>" });
        info.setTrailers({ "x-sum": "1" });
        return new Response(await request.text().catch(() => "cut"));
      case "/discard":
        await request.body?.cancel();
        return new Response("native");
      default:
        return text("whole");
    }
  });
  const { clock } = memory;
  for (const [bytes, cut, rude] of inputs("server")) {
    const transport = await memory.dial();
    await write(transport, clock, bytes, cut);
    if (!rude) {
      await transport.closeWrite().catch(() => {});
      await clock.advance(100);
    }
    transport.close();
    await clock.settle();
  }
  await clock.advance(120_000);
  assertEquals([memory.server.connections, waiting], [0, 0]);
  const next = await memory.dial();
  assertEquals(await askHttp2(next), "whole");
  next.close();
  await memory.server.shutdown({ graceMs: 0 });
});

Deno.test("a client withstands whatever its connections bring", async () => {
  const place = { hostname: "memory", port: 80 };
  for (const [bytes, cut, rude] of inputs("client")) {
    const clock = new ManualClock();
    const network = new MemoryNetwork({ clock });
    const listener = network.listen(place);
    const accepted = listener.accept();
    const client = new Client({ network, clock, protocol: "h2", timeouts: { total: 10_000 } });
    let settled = 0;
    const ask = (options: Parameters<Client["request"]>[1]): void => {
      client.request("http://memory/", options)
        .then(async ({ body }) => void await (rude ? body.cancel() : body.bytes()))
        .then(() => settled++, () => settled++);
    };
    const aborter = new AbortController();
    ask({});
    ask({ method: "POST", body: new ReadableStream({ start: (sink) => sink.enqueue(bytes) }) });
    ask({ method: "HEAD" });
    ask({ signal: aborter.signal });
    ask({ method: "PUT", body: bytes });
    await clock.settle();
    const transport = await accepted;
    aborter.abort();
    await write(transport, clock, bytes, cut);
    if (rude) transport.close();
    listener.close();
    for (let turn = 0; turn < 40 && settled < 5; turn++) await clock.advance(1_000);
    const { active, opening, waiting } = client.stats();
    assertEquals([settled, active, opening, waiting], [5, 0, 0, 0]);
    client.close();
    await clock.advance(10_000);
    transport.close();
  }
});
