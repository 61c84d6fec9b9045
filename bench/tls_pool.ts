/**
 * What a request over TLS takes with the pool and without it, one at a time, over a link with an
 * emulated round trip and over loopback as it is.
 *
 * A fresh connection costs a round trip for TCP and one for TLS 1.3; the request itself costs one
 * on any connection, which is where the ratio ends.
 *
 * `deno run -A bench/tls_pool.ts [--quick]`
 *
 * @module
 */

import { Client, type ClientProtocol } from "@avx/client";
import { network } from "@avx/runtime/platform";
import type { Network } from "@avx/runtime/ports/transport";
import { text } from "@avx/semantics/web";
import { serve } from "@avx/server";
import { CA_CERT, SERVER_PAIR } from "../tests/support/certificates.ts";
import { machineFacts } from "./support/machine.ts";
import { parseOptions } from "./support/options.ts";
import { machineLine, markdownTable } from "./support/report.ts";
import { formatMs, median } from "./support/statistics.ts";

interface Cost {
  /** Until the request had a connection, in milliseconds. */
  readonly connectionMs: number;
  /** Until its response was there, in milliseconds. */
  readonly responseMs: number;
}

const options = parseOptions(Deno.args);
const count = options.quick ? 5 : 50;
const local = { hostname: "127.0.0.1", port: 0 };
const server = serve({ ...local, ...SERVER_PAIR, onListen() {} }, () => text("hello"));
const rows: string[][] = [];
for (const roundTripMs of [20, 0]) {
  const relay = roundTripMs === 0 ? undefined : delayingRelay(server.addr.port, roundTripMs / 2);
  const port = relay?.port ?? server.addr.port;
  for (const protocol of ["http/1.1", "h2"] as const) {
    const pooled = await costs(port, protocol, { roundTripMs, maxRequests: Infinity });
    const fresh = await costs(port, protocol, { roundTripMs, maxRequests: 1 });
    rows.push([
      `${roundTripMs} ms`,
      protocol,
      formatMs(pooled.responseMs),
      formatMs(fresh.responseMs),
      (pooled.responseMs / fresh.responseMs).toFixed(3),
      formatMs(pooled.connectionMs),
      formatMs(fresh.connectionMs),
    ]);
  }
  relay?.close();
}
server.close();
const table = markdownTable(
  ["round trip", "protocol", "with", "without", "ratio", "wait with", "wait without"],
  rows,
);
console.log(`${machineLine({ ...machineFacts(), pinned: false })}\n\n${table}`);

async function costs(
  port: number,
  protocol: ClientProtocol,
  { roundTripMs, maxRequests }: { roundTripMs: number; maxRequests: number },
): Promise<Cost> {
  const client = new Client({
    protocol,
    tls: { caCerts: [CA_CERT] },
    maxRequestsPerConnection: maxRequests,
    network: slowToConnect(roundTripMs),
  });
  const seen: Cost[] = [];
  for (let index = 0; index < count + 3; index++) {
    const start = performance.now();
    const { body, timings } = await client.request(`https://localhost:${port}/`);
    await body.text();
    seen.push({ connectionMs: timings.connectionMs, responseMs: performance.now() - start });
  }
  client.close();
  const counted = seen.slice(3); // the first ones open, and load code
  return {
    connectionMs: median(counted.map(({ connectionMs }) => connectionMs)),
    responseMs: median(counted.map(({ responseMs }) => responseMs)),
  };
}

/** The platform's network, where SYN and SYN-ACK take their time. */
function slowToConnect(roundTripMs: number): Network {
  return {
    resolver: network.resolver,
    listen: (options) => network.listen(options),
    startTls: (transport, options) => network.startTls(transport, options),
    connect: async (options) => {
      if (roundTripMs > 0) await new Promise((resolve) => setTimeout(resolve, roundTripMs));
      return network.connect(options);
    },
  };
}

/** Passes bytes on to a port, each a while after it came. */
function delayingRelay(port: number, delayMs: number): { port: number; close(): void } {
  const listener = Deno.listen(local);
  const accepting = async (): Promise<void> => {
    for await (const near of listener) {
      const far = await Deno.connect({ ...local, port });
      near.setNoDelay();
      far.setNoDelay();
      pass(near, far);
      pass(far, near);
    }
  };
  accepting();
  async function pass(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    let written: Promise<unknown> = Promise.resolve();
    function later(act: () => Promise<unknown>): void {
      const due = new Promise((resolve) => setTimeout(resolve, delayMs));
      written = Promise.all([written, due]).then(act).catch(() => to.close());
    }
    try {
      for (const into = new Uint8Array(65_536);;) {
        const size = await from.read(into);
        if (size === null) break;
        const bytes = into.slice(0, size);
        later(async () => {
          for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
        });
      }
    } catch {
      // the other way says so, too
    }
    later(() => to.closeWrite());
  }
  return { port: listener.addr.port, close: () => listener.close() };
}
