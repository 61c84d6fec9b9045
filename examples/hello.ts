/**
 * The smallest server.
 *
 *     deno run --allow-net examples/hello.ts [port]
 *     curl http://localhost:8000/
 *
 * @module
 */

import { serve, text } from "@avx/http";

const [port = "8000"] = Deno.args;

serve({ port: Number(port) }, () => text("Hello, World!\n"));
