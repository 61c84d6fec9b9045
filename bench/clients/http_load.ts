/**
 * One client under test. Each line of standard input is a number of seconds: it sends requests for
 * so long, as many at once as it was told, reads every body to its end, and prints one line of JSON.
 *
 * `--client=NAME --protocol=http/1.1|h2 --port=N --route=NAME --in-flight=N`; HTTP/2 is spoken over
 * TLS.
 *
 * @module
 */

import { Client } from "@avx/client";
import { Agent, fetch as undiciFetch, request as undiciRequest } from "undici";
import { CA_CERT } from "../../tests/support/certificates.ts";
import { argument, commands, ready, say } from "../support/child.ts";
import type { LoadResult } from "../support/load.ts";
import { percentile } from "../support/statistics.ts";

/** Sends one request and reads the body. Rejects where anything goes wrong. */
type Ask = () => Promise<unknown>;

/** As much as is remembered of how long requests took. */
const MAX_TIMES = 1_000_000;

const isHttp2 = argument("protocol", "http/1.1") === "h2";
const route = argument("route", "small");
const inFlight = Number(argument("in-flight", "50"));
const origin = `${isHttp2 ? "https://localhost" : "http://127.0.0.1"}:${argument("port", "0")}`;
const url = `${origin}/${route}`;
const isLarge = route === "large";
const ask = asker(argument("client", "avx-request"));
const times = new Float64Array(MAX_TIMES);
ready();
for await (const line of commands()) say(JSON.stringify(await run(Number(line))));
Deno.exit(0);

function asker(name: string): Ask {
  switch (name) {
    case "avx-request": {
      const client = ours();
      return isLarge
        ? async () => (await client.request(url)).body.bytes()
        : async () => (await client.request(url)).body.json();
    }
    case "avx-fetch": {
      const client = ours();
      return async () => await bodyOf(await client.fetch(url));
    }
    case "deno-fetch": {
      const client = isHttp2
        ? Deno.createHttpClient({ caCerts: [CA_CERT], http1: false })
        : undefined;
      return async () => await bodyOf(await fetch(url, { client }));
    }
    case "undici-request": {
      const dispatcher = agent();
      return isLarge
        ? async () => (await undiciRequest(url, { dispatcher })).body.bytes()
        : async () => (await undiciRequest(url, { dispatcher })).body.json();
    }
    case "undici-fetch": {
      const dispatcher = agent();
      return async () => await bodyOf(await undiciFetch(url, { dispatcher }));
    }
    default:
      throw new TypeError(`Cannot run client "${name}" as it is not known`);
  }
}

function ours(): Client {
  return new Client({
    maxConnectionsPerOrigin: inFlight,
    tls: { caCerts: [CA_CERT] },
  });
}

function agent(): Agent {
  return isHttp2
    ? new Agent({ allowH2: true, connect: { ca: CA_CERT } })
    : new Agent({ connections: inFlight });
}

function bodyOf(
  response: { json(): Promise<unknown>; bytes(): Promise<Uint8Array> },
): Promise<unknown> {
  return isLarge ? response.bytes() : response.json();
}

async function run(seconds: number): Promise<LoadResult> {
  const start = performance.now();
  const end = start + seconds * 1000;
  let count = 0;
  let failures = 0;
  const worker = async (): Promise<void> => {
    for (let began = start; began < end;) {
      try {
        await ask();
      } catch {
        failures++;
      }
      const now = performance.now();
      if (count < MAX_TIMES) times[count] = now - began;
      count++;
      began = now;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const elapsedMs = performance.now() - start;
  const known = times.subarray(0, Math.min(count, MAX_TIMES));
  return {
    requests: count,
    requestsPerSecond: count / elapsedMs * 1000,
    p50Ms: percentile(known, 0.5),
    p99Ms: percentile(known, 0.99),
    failures,
  };
}
