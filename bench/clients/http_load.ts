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
import { bareClient } from "./bare_client.ts";
import { keepAsking } from "./asking.mjs";
import { argument, commands, ready, say } from "../support/child.ts";

/** Sends one request and reads the body. Rejects where anything goes wrong. */
type Ask = () => Promise<unknown>;

const isHttp2 = argument("protocol", "http/1.1") === "h2";
const route = argument("route", "small");
const inFlight = Number(argument("in-flight", "50"));
const origin = `${isHttp2 ? "https://localhost" : "http://127.0.0.1"}:${argument("port", "0")}`;
const url = `${origin}/${route}`;
const isLarge = route === "large";
const ask = asker(argument("client", "avx-request"));
ready();
for await (const line of commands()) {
  say(JSON.stringify(await keepAsking(ask, inFlight, Number(line))));
}
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
    case "bare":
      return bareClient(new URL(url));
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
    ? new Agent({ allowH2: true, pipelining: inFlight, connect: { ca: CA_CERT } })
    : new Agent({ connections: inFlight });
}

function bodyOf(
  response: { json(): Promise<unknown>; bytes(): Promise<Uint8Array> },
): Promise<unknown> {
  return isLarge ? response.bytes() : response.json();
}
