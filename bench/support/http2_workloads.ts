/**
 * What the HTTP/2 servers are asked for.
 *
 * @module
 */

import type { Workload } from "./workloads.ts";

/** Twelve request header fields, beside those that the generator sends. */
const TWELVE_HEADERS: Readonly<Record<string, string>> = {
  "accept": "application/json, text/plain, */*",
  "accept-language": "pt-BR,pt;q=0.9,en-US;q=0.8,en;q=0.7",
  "accept-encoding": "gzip, deflate, br, zstd",
  "cache-control": "no-cache",
  "origin": "https://app.example",
  "referer": "https://app.example/records/12345",
  "sec-fetch-dest": "empty",
  "sec-fetch-mode": "cors",
  "sec-fetch-site": "cross-site",
  "x-requested-with": "XMLHttpRequest",
  "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  "cookie": "session=3f1c9a2e7b6d4f0a8c5e1d2b9a7f6e3c; theme=dark",
};

/** The workloads, in the order they are run. */
export const HTTP2_WORKLOADS: readonly Workload[] = [
  {
    name: "hello",
    title: "hello, 16 connections, 50 streams on each",
    route: "hello",
    tls: false,
    load: { connections: 16, streams: 50 },
    goals: [
      { ours: "avx text()", peer: "Deno.serve", atLeast: 9 },
      { ours: "avx text()", peer: "node:http2", atLeast: 8 },
      { ours: "avx native", peer: "Deno.serve", atLeast: 5 },
    ],
  },
  {
    name: "one",
    title: "hello, 1 connection, 100 streams",
    route: "hello",
    tls: false,
    load: { connections: 1, streams: 100 },
    goals: [],
  },
  {
    name: "json",
    title: "1 KiB of JSON, 12 request header fields, 16 connections, 50 streams on each",
    route: "json",
    tls: false,
    load: { connections: 16, streams: 50, headers: TWELVE_HEADERS },
    goals: [
      { ours: "avx text()", peer: "Deno.serve", atLeast: 4 },
      { ours: "avx text()", peer: "node:http2", atLeast: 4 },
    ],
  },
  {
    name: "large",
    title: "1 MiB body, 1 connection, 10 streams",
    route: "large",
    tls: false,
    load: { connections: 1, streams: 10 },
    goals: [
      { ours: "avx text()", peer: "Deno.serve", atLeast: 1 },
      { ours: "avx text()", peer: "node:http2", atLeast: 1 },
    ],
  },
  {
    name: "tls",
    title: "hello over TLS, 16 connections, 50 streams on each",
    route: "hello",
    tls: true,
    load: { connections: 16, streams: 50 },
    goals: [
      { ours: "avx node:tls", peer: "Deno.serve", atLeast: 7 },
      { ours: "avx listenTls", peer: "Deno.serve", atLeast: 7 },
    ],
  },
];
