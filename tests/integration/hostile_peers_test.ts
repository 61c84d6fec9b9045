import { text } from "@avx/semantics/web";
import { assert, assertEquals, assertMatch } from "../support/assert.ts";
import { until, within } from "../support/deadline.ts";
import { findProgram } from "../support/programs.ts";
import { connected, get, RawConnection } from "../support/raw_connection.ts";
import { serving } from "../support/serving.ts";

Deno.test("a head that comes a byte at a time is ended by its timeout", async () => {
  await serving(() => text("ok"), async ({ port }) => {
    await connected(port, async (peer) => {
      const start = performance.now();
      const dripping = drip(peer, get("/").slice(0, -2), 50);
      assertMatch(await peer.readToEnd(), /^HTTP\/1\.1 408 /);
      await dripping;
      assert(performance.now() - start < 5_000);
    });
  }, { timeouts: { headers: 300, linger: 100 } });
});

Deno.test("a body that stalls is ended by its timeout", async () => {
  await serving(async (request) => text(await request.text()), async ({ port }) => {
    await connected(port, async (peer) => {
      await peer.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhello");
      const answer = await within(5_000, peer.readToEnd());
      assertMatch(answer, /^(HTTP\/1\.1 408 |$)/);
    });
  }, { timeouts: { body: 300, linger: 100 }, onError: () => new Response(null, { status: 500 }) });
});

Deno.test("an idle connection is ended by its timeout", async () => {
  await serving(() => text("ok"), async ({ port, connections }) => {
    await connected(port, async (peer) => {
      await peer.write(get("/"));
      await peer.readUntil("ok");
      assertEquals(await within(5_000, peer.readToEnd()), "");
      await until(() => connections() === 0);
    });
  }, { timeouts: { keepAlive: 200, linger: 100 } });
});

Deno.test("1,000 half-open connections are ended while others are served", async () => {
  await serving(() => text("ok"), async ({ origin, port, connections }) => {
    const peers: RawConnection[] = [];
    try {
      for (let batch = 0; batch < 20; batch++) {
        const opened = Array.from({ length: 50 }, () => RawConnection.open(port));
        peers.push(...await Promise.all(opened));
      }
      await Promise.all(peers.map((peer, index) => index % 2 === 0 && peer.write("GET / HT")));
      for (let request = 0; request < 20; request++) {
        assertEquals(
          await (await fetch(origin, { headers: { connection: "close" } })).text(),
          "ok",
        );
      }
      const rests = await within(15_000, Promise.all(peers.map((peer) => peer.readToEnd())));
      assert(rests.every((rest) => rest === "" || rest.startsWith("HTTP/1.1 408 ")));
    } finally {
      for (const peer of peers) peer.close();
    }
    await until(() => connections() <= 1);
  }, { timeouts: { headers: 1_500, linger: 100, keepAlive: 200 } });
});

Deno.test("a peer that resets in the middle of everything harms nobody else", async () => {
  await serving(async (request) => text(String((await request.text()).length)), async (server) => {
    for (let round = 0; round < 50; round++) {
      const peer = await RawConnection.open(server.port);
      const length = 1 << (round % 20);
      await peer.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\nx`);
      // What it has not read makes the system answer with a reset.
      await peer.write(get("/").slice(0, round));
      peer.close();
    }
    assertEquals(await (await fetch(server.origin, { method: "POST", body: "hello" })).text(), "5");
    await until(() => server.connections() <= 1);
  }, { onError: () => new Response(null, { status: 500 }) });
});

const ignore = findProgram("sh") === undefined || Deno.build.os === "windows";

Deno.test("running out of descriptors is survived", { ignore }, async () => {
  const script = new URL("../../bench/servers/ours.ts", import.meta.url).pathname;
  // Deno itself holds some thirty descriptors.
  const limited = `ulimit -n 80; exec "$0" run --quiet --no-check -A "$1" --route=hello`;
  const child = new Deno.Command("sh", {
    args: ["-c", limited, Deno.execPath(), script],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const killer = setTimeout(() => child.kill("SIGKILL"), 30_000);
  const peers: RawConnection[] = [];
  try {
    const port = await portOf(child);
    for (let index = 0; index < 120; index++) peers.push(await RawConnection.open(port));
    // Those that were accepted are answered, though the next cannot be.
    await peers[0].write(get("/"));
    await within(5_000, peers[0].readUntil("World!"));
    for (const peer of peers.splice(0)) peer.close();
    await connected(port, async (peer) => {
      await peer.write(get("/"));
      await within(10_000, peer.readUntil("World!"));
    });
  } finally {
    for (const peer of peers) peer.close();
    await child.stdin.close();
    await child.status;
    clearTimeout(killer);
  }
});

async function portOf(child: Deno.ChildProcess): Promise<number> {
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let line = "";
  while (!line.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) throw new Error("The server did not start");
    line += value;
  }
  await reader.cancel();
  return Number(line.replace("ready ", ""));
}

/** Writes a character at a time until the peer has had enough. */
async function drip(peer: RawConnection, content: string, everyMs: number): Promise<void> {
  try {
    for (const character of content) {
      await peer.write(character);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  } catch {
    // It closed, as it should.
  }
}
