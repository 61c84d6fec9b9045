/**
 * undici where it is at home: on Node. See `http_load.ts`, whose options it takes. Its module is
 * looked for beside the current folder.
 *
 * @module
 */

import { createRequire } from "node:module";
import process from "node:process";
import { createInterface } from "node:readline";
import { keepAsking } from "./asking.mjs";

const { Agent, fetch, request } = createRequire(`${process.cwd()}/`)("undici");
const isHttp2 = argument("protocol", "http/1.1") === "h2";
const route = argument("route", "small");
const inFlight = Number(argument("in-flight", "50"));
const origin = isHttp2 ? "https://localhost" : "http://127.0.0.1";
const url = `${origin}:${argument("port", "0")}/${route}`;
const dispatcher = isHttp2
  ? new Agent({ allowH2: true, pipelining: inFlight, connect: { ca: atob(argument("ca", "")) } })
  : new Agent({ connections: inFlight });
const read = route === "large"
  ? async (body) => new Uint8Array(await body.arrayBuffer())
  : (body) => body.json();
const ask = argument("client", "undici-request") === "undici-request"
  ? async () => await read((await request(url, { dispatcher })).body)
  : async () => await read(await fetch(url, { dispatcher }));

console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await keepAsking(ask, inFlight, Number(line))));
}
process.exit(0);

/**
 * @param {string} name
 * @param {string} otherwise
 * @returns {string}
 */
function argument(name, otherwise) {
  const start = `--${name}=`;
  return process.argv.find((text) => text.startsWith(start))?.slice(start.length) ?? otherwise;
}
