/**
 * What the clients are asked to do.
 *
 * @module
 */

import type { ClientWorkload } from "./client_contest.ts";

/** The workloads, in the order they are run. */
export const CLIENT_WORKLOADS: readonly ClientWorkload[] = [
  {
    name: "http1",
    title: "HTTP/1.1, small JSON, 50 requests in flight",
    server: ["ours.ts", "--lane=fast"],
    route: "small",
    protocol: "http/1.1",
    inFlight: 50,
    goals: [
      { ours: "avx request()", peer: "Deno fetch", atLeast: 4 },
      { ours: "avx request()", peer: "undici request", atLeast: 2.2 },
      { ours: "avx fetch()", peer: "Deno fetch", atLeast: 2 },
    ],
  },
  {
    name: "http1-large",
    title: "HTTP/1.1, 1 MiB body, 50 requests in flight",
    server: ["ours.ts", "--lane=fast"],
    route: "large",
    protocol: "http/1.1",
    inFlight: 50,
    goals: [],
  },
  {
    name: "h2",
    title: "HTTP/2 over TLS, small JSON, 50 requests in flight",
    server: ["ours.ts", "--lane=fast", "--tls=node"],
    route: "small",
    protocol: "h2",
    inFlight: 50,
    goals: [
      { ours: "avx request()", peer: "Deno fetch", atLeast: 6 },
      { ours: "avx request()", peer: "undici request", atLeast: 6 },
    ],
  },
  {
    name: "h2-large",
    title: "HTTP/2 over TLS, 1 MiB body, 50 requests in flight",
    server: ["ours.ts", "--lane=fast", "--tls=node"],
    route: "large",
    protocol: "h2",
    inFlight: 50,
    goals: [],
  },
];
