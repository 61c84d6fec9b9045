/**
 * The client that the Autobahn suite tests: an echo. Its one argument is the suite's URL.
 *
 * @module
 */

import { WebSocketClient, type WebSocketClientOptions } from "@avx/ws";

const AGENT = "avx";
const options: WebSocketClientOptions = {
  compress: { thresholdBytes: 0 },
  binaryType: "uint8array",
};

/** Opens a connection, calls `onMessage` with each message, and waits for the end. */
function run(path: string, onMessage: (data: string, client: WebSocketClient) => void) {
  const client = new WebSocketClient(Deno.args[0] + path, options);
  client.onmessage = (event) => onMessage(event.data as string, client);
  return new Promise((resolve) => client.onclose = resolve);
}

let count = 0;
await run("/getCaseCount", (data) => count = Number(data));
for (let index = 1; index <= count; index++) {
  await run(`/runCase?case=${index}&agent=${AGENT}`, (data, client) => client.send(data));
}
await run(`/updateReports?agent=${AGENT}`, () => {});
