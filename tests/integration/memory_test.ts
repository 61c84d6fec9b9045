import { BenchProcess } from "../../bench/support/process.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { within } from "../support/deadline.ts";
import { connected, get, RawConnection } from "../support/raw_connection.ts";

const MIB = 1024 * 1024;
/** How long a stream is. */
const LENGTH = 512 * MIB;
/** What resident memory may grow by. Half of it was seen, for the most part code that gets hot. */
const GROWTH = 32 * MIB;

/** The server has a process of its own: resident memory is a process's, other tests included. */
async function withServer(run: (server: BenchProcess) => Promise<void>): Promise<void> {
  const script = new URL("programs/counted_server.ts", import.meta.url).pathname;
  const args = ["run", "--quiet", "--no-check", "-A", "--v8-flags=--expose-gc", script];
  const server = await BenchProcess.start([Deno.execPath(), ...args]);
  try {
    await within(60_000, run(server));
  } finally {
    await server.stop();
  }
}

Deno.test("a large download streams through with little memory", async () => {
  await withServer(async (server) => {
    await connected(server.port, async (peer) => {
      const download = async (length: number): Promise<void> => {
        await peer.write(get(`/down?bytes=${length}`, "Connection: close"));
        await peer.readHead();
        assert(await peer.skip(length) === length);
      };
      await assertLittleGrowth(server, () => download(LENGTH));
    });
  });
});

Deno.test("a large upload streams through with little memory", async () => {
  await withServer(async (server) => {
    await connected(server.port, async (peer) => {
      const chunk = new Uint8Array(MIB).fill(0x78);
      const upload = async (length: number): Promise<void> => {
        await peer.write(`POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`);
        for (let sent = 0; sent < length; sent += chunk.length) await peer.write(chunk);
        await peer.readUntil(`size=${length};`);
      };
      await upload(32 * MIB);
      await assertLittleGrowth(server, () => upload(LENGTH));
    });
  });
});

Deno.test("20,000 requests leave nothing on the heap", async () => {
  await withServer(async ({ port }) => {
    await soak(port, 8, 1_000);
    const before = await heapBytes(port);
    await soak(port, 8, 2_500);
    const grown = await heapBytes(port) - before;
    // 50 bytes for each would be a megabyte.
    assert(grown < MIB, `the heap grew by ${grown} bytes`);
  });
});

Deno.test("2,000 connections leave nothing on the heap", async () => {
  await withServer(async ({ port }) => {
    for (let batch = 0; batch < 10; batch++) await soak(port, 50, 1);
    const before = await heapBytes(port);
    for (let batch = 0; batch < 40; batch++) await soak(port, 50, 1);
    const grown = await heapBytes(port) - before;
    assert(grown < MIB, `the heap grew by ${grown} bytes`);
  });
});

/** A number of connections at once, a request at a time on each. */
async function soak(port: number, connections: number, requests: number): Promise<void> {
  await Promise.all(Array.from({ length: connections }, async () => {
    const peer = await RawConnection.open(port);
    try {
      for (let sent = 0; sent < requests; sent++) {
        await peer.write(get("/"));
        await peer.readUntil("GET");
      }
    } finally {
      peer.close();
    }
  }));
}

async function heapBytes(port: number): Promise<number> {
  let text = "";
  await connected(port, async (peer) => {
    await peer.write(get("/heap"));
    await peer.readUntil("heap=");
    text = await peer.readUntil(";");
  });
  const bytes = parseInt(text);
  assertEquals(`${bytes};`, text);
  return bytes;
}

async function assertLittleGrowth(server: BenchProcess, run: () => Promise<void>): Promise<void> {
  const before = server.residentBytes();
  let peak = before;
  const sampler = setInterval(() => peak = Math.max(peak, server.residentBytes()), 20);
  try {
    await run();
  } finally {
    clearInterval(sampler);
  }
  assert(peak - before < GROWTH, `resident memory grew by ${(peak - before) / MIB} MiB`);
}
