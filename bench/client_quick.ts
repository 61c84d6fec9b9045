/**
 * A short look at the client: requests a second with 50 in flight, against a bare loop, the
 * platform's `fetch` and undici, each in turn, three rounds.
 *
 * `deno run -A bench/client_quick.ts [requests] [name] [--h2]`; with `--h2` everybody asks our server
 * by HTTP/2 over TLS, and there is no bare loop.
 *
 * @module
 */

import { Client } from "@avx/client";
import { Agent, request as undiciRequest } from "undici";
import { CA_CERT, SERVER_PAIR } from "../tests/support/certificates.ts";

const HTTP2 = Deno.args.includes("--h2");
const [count, wanted] = Deno.args.filter((argument) => argument !== "--h2");
const COUNT = Number(count ?? 20_000);
const IN_FLIGHT = 50;
const ROUNDS = 3;

const SERVER = `
const answer = new TextEncoder().encode("HTTP/1.1 200 OK\\r\\ncontent-type: application/json\\r\\n" +
  "content-length: 17\\r\\n\\r\\n{\\"hello\\":\\"world\\"}");
const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
console.log(listener.addr.port);
for await (const connection of listener) {
  connection.setNoDelay(true);
  (async () => {
    const into = new Uint8Array(4096);
    try {
      while (await connection.read(into) !== null) await connection.write(answer);
    } catch { /* the client is gone */ }
    connection.close();
  })();
}
`;

const HTTP2_SERVER = `
import { serve } from "${new URL("../server/mod.ts", import.meta.url)}";
import { json } from "${new URL("../semantics/web/mod.ts", import.meta.url)}";
const pair = ${JSON.stringify(SERVER_PAIR)};
const server = serve({ ...pair, hostname: "127.0.0.1", port: 0, onListen() {} }, () =>
  json({ hello: "world" }));
console.log(server.addr.port);
`;

const server = new Deno.Command(Deno.execPath(), {
  args: ["eval", HTTP2 ? HTTP2_SERVER : SERVER],
  cwd: new URL("..", import.meta.url).pathname,
  stdout: "piped",
}).spawn();
const reader = server.stdout.getReader();
const port = Number(new TextDecoder().decode((await reader.read()).value));
const url = HTTP2 ? `https://localhost:${port}/` : `http://127.0.0.1:${port}/`;

const caCerts = [CA_CERT];
const client = new Client({ tls: { caCerts } });
const agent = HTTP2
  ? new Agent({ allowH2: true, connect: { ca: CA_CERT } })
  : new Agent({ connections: IN_FLIGHT });
const native = HTTP2 ? Deno.createHttpClient({ caCerts, http1: false }) : undefined;

async function bareWorker(next: () => boolean): Promise<void> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  connection.setNoDelay(true);
  const head = new TextEncoder().encode(
    `GET / HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\naccept: */*\r\nuser-agent: bare\r\n\r\n`,
  );
  const into = new Uint8Array(4096);
  while (next()) {
    connection.write(head);
    await connection.read(into);
  }
  connection.close();
}

async function requestWorker(next: () => boolean): Promise<void> {
  while (next()) await (await client.request(url)).body.json();
}

async function ownFetchWorker(next: () => boolean): Promise<void> {
  while (next()) await (await client.fetch(url)).json();
}

async function fetchWorker(next: () => boolean): Promise<void> {
  while (next()) await (await fetch(url, { client: native })).json();
}

async function undiciWorker(next: () => boolean): Promise<void> {
  while (next()) {
    const response = await undiciRequest(url, { dispatcher: agent });
    await response.body.json();
  }
}

const WORKERS: Record<string, (next: () => boolean) => Promise<void>> = {
  "ours request()": requestWorker,
  "ours fetch()": ownFetchWorker,
  "Deno fetch": fetchWorker,
  "undici request": undiciWorker,
  ...(HTTP2 ? undefined : { "bare loop": bareWorker }),
};

const best = new Map<string, number>();
for (let round = 0; round <= ROUNDS; round++) {
  for (const [name, worker] of Object.entries(WORKERS)) {
    if (wanted !== undefined && !name.startsWith(wanted)) continue;
    let left = COUNT;
    const start = performance.now();
    await Promise.all(Array.from({ length: IN_FLIGHT }, () => worker(() => left-- > 0)));
    const rate = COUNT / (performance.now() - start) * 1_000;
    if (round > 0) best.set(name, Math.max(best.get(name) ?? 0, rate)); // the first one warms up
  }
}
const ours = best.get("ours request()") ?? NaN;
for (const [name, rate] of best) {
  const ratio = (ours / rate).toFixed(2);
  console.log(`${name.padEnd(16)} ${rate.toFixed(0).padStart(8)} requests/s   ours/it ${ratio}`);
}
client.close();
await agent.close();
server.kill();
await reader.cancel();
await server.status;
Deno.exit(0);
