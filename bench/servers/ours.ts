/**
 * Our server. `--route=hello|small|json|large|upload`, `--lane=fast|native`, `--tls=node|deno`.
 *
 * @module
 */

import { bytes, json, text } from "@avx/semantics/web";
import { serve } from "@avx/server";
import { SERVER_PAIR } from "../../tests/support/certificates.ts";
import { argument, endWithParent, ready } from "../support/child.ts";
import { bodySize, nativeHandler } from "./native_handlers.ts";
import { HELLO, LARGE, RECORD, SMALL } from "./payloads.mjs";

const route = argument("route", "hello");
const backend = argument("tls", "");
serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => ready(port),
  // The load generator leaves in the middle of things.
  onError: () => new Response(null, { status: 500 }),
  ...(backend === "node" || backend === "deno" ? { ...SERVER_PAIR, tls: { backend } } : {}),
}, argument("lane", "fast") === "native" ? nativeHandler(route) : fastHandler(route));
await endWithParent();

function fastHandler(route: string): (request: Request) => Response | Promise<Response> {
  switch (route) {
    case "hello":
      return () => text(HELLO);
    case "small":
      return () => json(SMALL);
    case "json":
      return () => json(RECORD);
    case "large":
      return () => bytes(LARGE);
    case "upload":
      return async (request) => text(String(await bodySize(request)));
    default:
      throw new TypeError(`Cannot serve route "${route}" as it is not known`);
  }
}
