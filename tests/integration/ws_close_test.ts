import { Client } from "@avx/client";
import { Timers } from "@avx/runtime/timers";
import { upgradeWebSocket, type WebSocketConnection } from "@avx/ws";
import { assert, assertEquals } from "../support/assert.ts";
import { serveInMemory } from "../server/memory_server.ts";

/** One end, and what it has heard. */
interface End {
  readonly socket: WebSocketConnection;
  readonly messages: number[];
  readonly ends: string[];
}

function endOf(socket: WebSocketConnection): End {
  const end: End = { socket, messages: [], ends: [] };
  socket.binaryType = "uint8array";
  socket.onmessage = ({ data }) => end.messages.push((data as Uint8Array).length);
  socket.onclose = ({ code, reason, wasClean }) =>
    end.ends.push(`${code} ${reason} ${wasClean ? "clean" : "lost"}`);
  return end;
}

/** Two ends in memory; `run` is given them open, and both have to come to an end. */
async function pair(
  protocol: "http/1.1" | "h2",
  compress: boolean,
  run: (ends: { near: End; far: End; settle(ms?: number): Promise<void> }) => Promise<void>,
): Promise<void> {
  let far: End | undefined;
  const common = () => ({ compress: compress && { thresholdBytes: 0 }, timers });
  const { server, clock, network } = serveInMemory({}, (request) => {
    const { socket, response } = upgradeWebSocket(request, common());
    far = endOf(socket);
    return response;
  });
  const timers = new Timers(clock);
  const client = new Client({ network, clock, protocol });
  const near = endOf(client.webSocket("ws://memory:80/", common()));
  await new Promise((resolve) => near.socket.onopen = resolve);
  await clock.settle();
  await run({
    near,
    far: far!,
    settle: async (ms = 0) => {
      await clock.settle();
      if (ms > 0) await clock.advance(ms);
    },
  });
  assertEquals([near.ends.length, far!.ends.length], [1, 1]);
  assertEquals([near.socket.readyState, far!.socket.readyState], [3, 3]);
  assertEquals(client.stats().requests, 0);
  client.close();
  await server.shutdown({ graceMs: 0 });
}

const BIG = new Uint8Array(300_000);

for (const protocol of ["http/1.1", "h2"] as const) {
  for (const compress of [false, true]) {
    const over = `over ${protocol}, ${compress ? "compressed" : "plain"}`;

    Deno.test(`whoever closes first, both hear the code ${over}`, async () => {
      for (const first of ["near", "far"] as const) {
        await pair(protocol, compress, async (ends) => {
          ends[first].socket.close(4001, "bye");
          await ends.settle(1);
          const other = first === "near" ? "far" : "near";
          assertEquals(ends[other].ends, ["4001 bye clean"]);
          assertEquals(ends[first].ends, ["4001  clean"]);
        });
      }
    });

    Deno.test(`both close at once ${over}`, () =>
      pair(protocol, compress, async ({ near, far, settle }) => {
        near.socket.close(4001, "near");
        far.socket.close(4002, "far");
        await settle(1);
        assertEquals(near.ends, ["4002 far clean"]);
        assertEquals(far.ends, ["4001 near clean"]);
      }));

    Deno.test(`what was sent before a close arrives, what is sent after does not ${over}`, () =>
      pair(protocol, compress, async ({ near, far, settle }) => {
        near.socket.send(BIG);
        near.socket.send(BIG);
        near.socket.close(1000);
        near.socket.send(BIG);
        await settle(1);
        assertEquals(far.messages, [300_000, 300_000]);
        assertEquals([near.ends, far.ends], [["1000  clean"], ["1000  clean"]]);
      }));

    Deno.test(`a close crosses messages on their way ${over}`, () =>
      pair(protocol, compress, async ({ near, far, settle }) => {
        far.socket.send(BIG);
        far.socket.send(BIG);
        near.socket.close(1000);
        await settle(1);
        // Whoever has closed is shown nothing more.
        assertEquals(near.messages, []);
        assertEquals([near.ends, far.ends], [["1000  clean"], ["1000  clean"]]);
      }));

    Deno.test(`a close waits behind a Blob that is being read ${over}`, () =>
      pair(protocol, compress, async ({ near, far, settle }) => {
        near.socket.send(new Blob([BIG]));
        near.socket.close(1000);
        assertEquals(near.socket.readyState, 2);
        for (let turn = 0; turn < 20 && far.ends.length === 0; turn++) {
          await new Blob([BIG]).arrayBuffer();
          await settle(1);
        }
        assertEquals([far.messages, far.ends], [[300_000], ["1000  clean"]]);
      }));

    Deno.test(`a peer that is gone without a word is a loss ${over}`, async () => {
      for (const gone of ["near", "far"] as const) {
        await pair(protocol, compress, async (ends) => {
          ends[gone].socket.terminate();
          await ends.settle(1);
          const other = gone === "near" ? "far" : "near";
          assertEquals(ends[gone].ends, ["1006  lost"]);
          assertEquals(ends[other].ends, ["1006  lost"]);
        });
      }
    });

    Deno.test(`a peer that is gone within a message is a loss ${over}`, () =>
      pair(protocol, compress, async ({ near, far, settle }) => {
        near.socket.send(crypto.getRandomValues(new Uint8Array(60_000)));
        far.socket.pause();
        await settle();
        near.socket.terminate();
        await settle(1);
        far.socket.resume();
        await settle(1);
        assertEquals(far.ends, ["1006  lost"]);
        assertEquals(near.ends, ["1006  lost"]);
        assert(far.messages.length <= 1);
      }));

    Deno.test(`a close that is not answered ends in time ${over}`, () =>
      pair(protocol, compress, async ({ near, far, settle }) => {
        far.socket.pause();
        near.socket.close(1000);
        await settle(4_999);
        assertEquals([near.ends, near.socket.readyState], [[], 2]);
        await settle(5_001);
        assertEquals(near.ends, ["1006  lost"]);
        far.socket.resume();
        await settle(1);
      }));
  }
}
