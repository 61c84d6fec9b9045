/**
 * Run as a program: a server of one byte per connection, to be starved of descriptors.
 *
 * It prints its port, then a line for each failed accept. The argument `tls` encrypts.
 *
 * @module
 */

import { network } from "@avx/runtime/platform";
import type { Transport } from "@avx/runtime/ports/transport";
import { errorCode } from "@avx/runtime/translate-error";
import { serverTls } from "./transports.ts";

if (import.meta.main) {
  const tls = Deno.args[0] === "tls" ? await serverTls() : undefined;
  const listener = network.listen({ hostname: "127.0.0.1", port: 0, tls });
  console.log(JSON.stringify(listener.addr));
  for (;;) {
    try {
      serve(await listener.accept());
    } catch (error) {
      console.log(errorCode(error));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function serve(transport: Transport): Promise<void> {
  try {
    const into = new Uint8Array(16);
    for (;;) {
      const count = await transport.read(into);
      if (count === null) break;
      await transport.write(into.subarray(0, count));
    }
  } catch {
    // The test closes its connections as it likes.
  }
  transport.close();
}
