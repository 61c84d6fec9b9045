/**
 * The servers of HTTP/2 that are compared.
 *
 * @module
 */

import { SERVER_PAIR } from "../../tests/support/certificates.ts";
import { findProgram } from "../../tests/support/programs.ts";
import { pin, withDescriptors } from "./machine.ts";
import { denoPeer, DESCRIPTORS, type Peer } from "./peers.ts";

/** The peers in clear text, with prior knowledge. */
export function http2ClearTextPeers(): Peer[] {
  return [
    denoPeer("avx text()", true, "ours.ts", ["--lane=fast"]),
    denoPeer("avx native", true, "ours.ts", ["--lane=native"]),
    denoPeer("Deno.serve", false, "deno_serve.ts"),
    ...nodePeer([]),
  ];
}

/** The peers over TLS, by ALPN. */
export function http2TlsPeers(): Peer[] {
  return [
    denoPeer("avx node:tls", true, "ours.ts", ["--lane=fast", "--tls=node"]),
    denoPeer("avx listenTls", true, "ours.ts", ["--lane=fast", "--tls=deno"]),
    denoPeer("Deno.serve", false, "deno_serve.ts", ["--tls=deno"]),
    ...nodePeer([`--cert=${btoa(SERVER_PAIR.cert)}`, `--key=${btoa(SERVER_PAIR.key)}`]),
  ];
}

function nodePeer(args: readonly string[]): Peer[] {
  const node = findProgram("node");
  if (node === undefined) return [];
  const file = new URL("../servers/node_http2.mjs", import.meta.url).pathname;
  const command = (route: string): string[] =>
    withDescriptors(pin([node, file, `--route=${route}`, ...args], "server"), DESCRIPTORS);
  return [{ name: "node:http2", ours: false, command }];
}
