/**
 * A server of ours around a test.
 *
 * @module
 */

import type { Handler } from "@avx/semantics/handler";
import { serve, type ServeTcpOptions } from "@avx/server";
import { SERVER_PAIR } from "./certificates.ts";
import { within } from "./deadline.ts";

/** What a test knows of its server. */
export interface Serving {
  readonly port: number;
  /** Such as `http://127.0.0.1:1234`. */
  readonly origin: string;
  /** How many connections are open. */
  readonly connections: () => number;
  /** Begins to shut down in good order: those who are being served have five seconds. */
  readonly leave: () => void;
}

/** How a test's server is started. */
export interface ServingOptions extends ServeTcpOptions {
  /** How long the test may take, in milliseconds. @default {30_000} */
  readonly withinMs?: number;
}

/** Serves `handler` on a free port while `run` runs, then shuts down and sees that it ends. */
export async function serving(
  handler: Handler,
  run: (server: Serving) => Promise<void>,
  options: ServingOptions = {},
): Promise<void> {
  const server = serve({ hostname: "127.0.0.1", port: 0, onListen: () => {}, ...options }, handler);
  const { port } = server.addr;
  const scheme = options.cert === undefined ? "http" : "https";
  const facts: Serving = {
    port,
    origin: `${scheme}://${scheme === "http" ? "127.0.0.1" : "localhost"}:${port}`,
    connections: () => server.connections,
    leave: () => void server.shutdown({ graceMs: 5_000 }),
  };
  try {
    await within(options.withinMs ?? 30_000, run(facts));
  } finally {
    await within(10_000, server.shutdown({ graceMs: 2_000 }));
  }
}

/** Serves TLS with the test certificate while `run` runs. */
export function servingTls(
  backend: "node" | "deno",
  handler: Handler,
  run: (server: Serving) => Promise<void>,
): Promise<void> {
  return serving(handler, run, { ...SERVER_PAIR, tls: { backend } });
}
