/**
 * Servers for tests that need a process of their own. The first argument says which.
 *
 * @module
 */

import { serve, type ServeTcpOptions } from "@avx/server";
import { SERVER_PAIR } from "../support/certificates.ts";

const hello = () => new Response("hello");
const local = { hostname: "127.0.0.1", port: 0, onListen: () => {} };

/** Prints "late" unless the process ends before. */
function lateTimer(run: () => void): void {
  Deno.unrefTimer(setTimeout(() => {
    console.log("late");
    run();
  }, 100));
}

/** Tells its port, then each failure to accept; ends when it is asked for "/end". */
function serveUntilTold(options: ServeTcpOptions): void {
  const server = serve({
    ...local,
    ...options,
    onListen: ({ port }) => console.log(port),
    observer: { "accept.error": ({ code }) => console.log(code) },
  }, (request) => {
    if (request.url.endsWith("/end")) queueMicrotask(() => server.shutdown());
    return hello();
  });
}

const CHILDREN: Readonly<Record<string, () => void>> = {
  referenced() {
    const server = serve(local, hello);
    lateTimer(() => server.shutdown());
  },
  unreferenced() {
    const server = serve(local, hello);
    server.unref();
    lateTimer(() => server.shutdown());
  },
  unreferencedTls() {
    const server = serve({ ...local, ...SERVER_PAIR }, hello);
    server.unref();
    lateTimer(() => server.shutdown());
  },
  referencedAgain() {
    const server = serve(local, hello);
    server.unref();
    server.ref();
    lateTimer(() => server.shutdown());
  },
  fewDescriptors: () => serveUntilTold({}),
  fewDescriptorsTls: () => serveUntilTold({ ...SERVER_PAIR }),
};

CHILDREN[Deno.args[0]]();
