/**
 * A server on a unix socket, for a proxy or another program on this machine.
 *
 *     deno run --allow-read --allow-write examples/unix.ts [path]
 *     curl --unix-socket /tmp/avx.sock http://localhost/who
 *
 * @module
 */

import { serve, text } from "@avx/http";

const [path = "/tmp/avx.sock"] = Deno.args;

const server = serve({ path }, (request) => text(`${request.method} ${request.url}\n`));

// The file is removed when the server ends well.
Deno.addSignalListener("SIGINT", () => server.shutdown());
Deno.addSignalListener("SIGTERM", () => server.shutdown());
await server.finished;
Deno.exit();
