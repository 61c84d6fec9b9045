/**
 * A client that asks one thing by HTTP/2.
 *
 * @module
 */

import { Http2ClientCore } from "@avx/http2";
import { BufferPool } from "@avx/runtime/buffer-pool";
import type { Transport } from "@avx/runtime/ports/transport";

/** Asks by HTTP/2 and returns the body. */
export async function askHttp2(transport: Transport): Promise<string> {
  const core = new Http2ClientCore({ buffers: new BufferPool() });
  core.sendRequest({ method: "GET", scheme: "http", authority: "h", path: "/" });
  let body = "";
  for (;;) {
    for (let out = core.transmit(); out !== undefined; out = core.transmit()) {
      for (let bytes = out; bytes.length > 0;) {
        bytes = bytes.subarray(await transport.write(bytes));
      }
    }
    for (let event = core.next(); event !== undefined; event = core.next()) {
      if (event.type === "data") body += new TextDecoder().decode(event.bytes);
      if (event.type === "end") return body;
      if (event.type === "failed" || event.type === "closed") return event.type;
    }
    const into = new Uint8Array(4096);
    const count = await transport.read(into);
    core.receive(into.subarray(0, count ?? 0), 0);
  }
}
