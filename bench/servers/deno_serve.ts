/**
 * The peer `Deno.serve`. `--route=hello|small|json|large|upload`, `--tls=deno`.
 *
 * @module
 */

import { SERVER_PAIR } from "../../tests/support/certificates.ts";
import { argument, endWithParent, ready } from "../support/child.ts";
import { nativeHandler } from "./native_handlers.ts";

const handler = nativeHandler(argument("route", "hello"));
Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  // The load generator leaves in the middle of things.
  onError: () => new Response(null, { status: 500 }),
  onListen: ({ port }) => ready(port),
  ...(argument("tls", "") === "" ? {} : SERVER_PAIR),
}, handler);
await endWithParent();
