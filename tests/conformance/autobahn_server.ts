/**
 * The server that the Autobahn suite tests: an echo. Its one argument is the port.
 *
 * @module
 */

import { serve } from "@avx/server";
import { upgradeWebSocket } from "@avx/ws";

const options = {
  hostname: "127.0.0.1",
  port: Number(Deno.args[0]),
  onListen: () => console.log("listening"),
};
serve(options, (request) => {
  const { socket, response } = upgradeWebSocket(request, {
    compress: { thresholdBytes: 0 },
    binaryType: "uint8array",
  });
  socket.onmessage = (event) => socket.send(event.data as string | Uint8Array);
  return response;
});
