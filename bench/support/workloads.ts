/**
 * What the servers are asked for.
 *
 * @module
 */

import type { Goal } from "./contest.ts";
import type { Load } from "./load.ts";

/** One row group of the comparison. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  /** The route that the servers serve. */
  readonly route: string;
  readonly tls: boolean;
  readonly load: Omit<Load, "url" | "seconds">;
  /** The ratios that are required: ours, the peer, at least. */
  readonly goals: readonly Goal[];
}

/** What a current browser sends with a navigation, beside `Host`. */
const BROWSER_HEADERS: Readonly<Record<string, string>> = {
  "User-Agent":
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
  "Accept-Language": "pt-BR,pt;q=0.9,en-US;q=0.8,en;q=0.7",
  "Accept-Encoding": "gzip, deflate, br, zstd",
  "Cache-Control": "max-age=0",
  "Sec-Fetch-Dest": "document",
  "Sec-Fetch-Mode": "navigate",
  "Sec-Fetch-Site": "same-origin",
  "Upgrade-Insecure-Requests": "1",
  "Cookie": "session=3f1c9a2e7b6d4f0a8c5e1d2b9a7f6e3c; theme=dark",
};

/** The workloads, in the order they are run. */
export const WORKLOADS: readonly Workload[] = [
  {
    name: "hello",
    title: "hello, 64 connections, one request at a time",
    route: "hello",
    tls: false,
    load: { connections: 64 },
    goals: [
      { ours: "avx text()", peer: "Deno.serve", atLeast: 1.0 },
      { ours: "avx text()", peer: "node:http", atLeast: 1.6 },
      { ours: "avx text()", peer: "bare loop", atLeast: 0.9 },
      { ours: "avx native", peer: "Deno.serve", atLeast: 0.85 },
    ],
  },
  {
    name: "pipelined",
    title: "hello, 64 connections, 16 requests pipelined",
    route: "hello",
    tls: false,
    load: { connections: 64, pipeline: 16 },
    goals: [
      { ours: "avx text()", peer: "Deno.serve", atLeast: 7 },
      { ours: "avx native", peer: "Deno.serve", atLeast: 1.8 },
    ],
  },
  {
    name: "browser",
    title: "hello, 64 connections, the 10 header fields of a browser",
    route: "hello",
    tls: false,
    load: { connections: 64, headers: BROWSER_HEADERS },
    goals: [],
  },
  {
    name: "json",
    title: "1 KiB of JSON, 64 connections",
    route: "json",
    tls: false,
    load: { connections: 64 },
    goals: [],
  },
  {
    name: "large",
    title: "1 MiB body, 16 connections",
    route: "large",
    tls: false,
    load: { connections: 16 },
    goals: [],
  },
  {
    name: "upload",
    title: "1 MiB upload, 16 connections",
    route: "upload",
    tls: false,
    load: { connections: 16, method: "POST", bodyBytes: 1024 * 1024 },
    goals: [],
  },
  {
    name: "tls",
    title: "hello over TLS, 64 connections",
    route: "hello",
    tls: true,
    load: { connections: 64 },
    goals: [
      { ours: "avx listenTls", peer: "Deno.serve", atLeast: 1.0 },
      { ours: "avx node:tls", peer: "Deno.serve", atLeast: 0.8 },
    ],
  },
];
