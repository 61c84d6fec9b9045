/**
 * What the WebSocket servers are asked for. `bodyBytes` is the size of a message, `pipeline` how many
 * are in flight on a connection.
 *
 * @module
 */

import type { Goal } from "./contest.ts";
import type { Workload } from "./workloads.ts";
import { COMPRESSED } from "./ws_peers.ts";

/** The workloads, in the order they are run. */
export const WS_WORKLOADS: readonly Workload[] = [
  {
    name: "echo-64",
    title: "echo of 64 B, 64 connections, 16 in flight on each",
    route: "plain",
    tls: false,
    load: { connections: 64, pipeline: 16, bodyBytes: 64 },
    goals: goals({ deno: 8, ws: 8, bun: 0.9 }),
  },
  {
    name: "echo-1k",
    title: "echo of 1 KiB, 64 connections, 16 in flight on each",
    route: "plain",
    tls: false,
    load: { connections: 64, pipeline: 16, bodyBytes: 1024 },
    goals: [],
  },
  {
    name: "echo-64k",
    title: "echo of 64 KiB, 64 connections, 16 in flight on each",
    route: "plain",
    tls: false,
    load: { connections: 64, pipeline: 16, bodyBytes: 65_536 },
    goals: goals({ deno: 1.2, ws: 2.5, bun: 0.9 }),
  },
  {
    name: "echo-alone",
    title: "echo of 64 B, 64 connections, one in flight on each",
    route: "plain",
    tls: false,
    load: { connections: 64, pipeline: 1, bodyBytes: 64 },
    goals: goals({ deno: 1 }),
  },
  {
    name: "echo-64-deflate",
    title: "echo of 64 B with permessage-deflate, 64 connections, 16 in flight on each",
    route: COMPRESSED,
    tls: false,
    load: { connections: 64, pipeline: 16, bodyBytes: 64, compress: true },
    goals: [],
  },
  {
    name: "echo-1k-deflate",
    title: "echo of 1 KiB with permessage-deflate, 64 connections, 16 in flight on each",
    route: COMPRESSED,
    tls: false,
    load: { connections: 64, pipeline: 16, bodyBytes: 1024, compress: true },
    goals: [],
  },
  {
    name: "echo-64k-deflate",
    title: "echo of 64 KiB with permessage-deflate, 64 connections, 16 in flight on each",
    route: COMPRESSED,
    tls: false,
    load: { connections: 64, pipeline: 16, bodyBytes: 65_536, compress: true },
    goals: [],
  },
  {
    name: "broadcast",
    title: "64 B to 1,000 subscribers, one in flight",
    route: "plain",
    tls: false,
    load: { connections: 1000, pipeline: 1, bodyBytes: 64, broadcast: true },
    goals: [],
  },
];

/** The same in both of our lanes. */
function goals(atLeast: { deno: number; ws?: number; bun?: number }): Goal[] {
  return ["avx", "avx lent"].flatMap((ours) => [
    { ours, peer: "Deno.upgradeWebSocket", atLeast: atLeast.deno },
    ...(atLeast.ws === undefined ? [] : [{ ours, peer: "npm ws", atLeast: atLeast.ws }]),
    ...(atLeast.bun === undefined ? [] : [{ ours, peer: "Bun", atLeast: atLeast.bun }]),
  ]);
}
