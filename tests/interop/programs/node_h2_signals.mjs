/**
 * What Node's http2 client is told by our signalling handler beside heads and bodies:
 * `node node_h2_signals.mjs <origin> <ca file>`. Ends with 0 if all is as it should be.
 *
 * @module
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { once } from "node:events";
import { connect, constants } from "node:http2";
import { Buffer } from "node:buffer";
import process from "node:process";

const [origin, caFile] = process.argv.slice(2);
const session = connect(origin, { ca: readFileSync(caFile) });
await once(session, "connect");

/** @type {(stream: any) => Promise<string>} */
async function textOf(stream) {
  let text = "";
  for await (const part of stream.setEncoding("utf8")) text += part;
  return text;
}

const hinted = session.request({ ":path": "/hints" });
const [early] = await once(hinted, "headers");
assert.deepEqual([early[":status"], early.link], [103, "</style.css>; rel=preload"]);
assert.equal(await textOf(hinted), "hinted");

const trailed = session.request({ ":path": "/trailers" });
const trailers = once(trailed, "trailers");
assert.equal(await textOf(trailed), "body");
assert.equal((await trailers)[0]["x-checksum"], "abc");

const summed = session.request(
  { ":path": "/checksum", ":method": "POST" },
  { waitForTrailers: true },
);
summed.on("wantTrailers", () => summed.sendTrailers({ "x-sum": "42" }));
summed.end(Buffer.alloc(100_000));
assert.equal(await textOf(summed), "100000 42");

const head = session.request({ ":path": "/bytes/1234", ":method": "HEAD" }, { endStream: true });
const [fields] = await once(head, "response");
assert.equal(fields["content-length"], "1234");
assert.equal(await textOf(head), "");

const endless = session.request({ ":path": "/endless" });
await once(endless, "data");
endless.close(constants.NGHTTP2_CANCEL);
await once(endless, "close");

const goaways = [];
session.on("goaway", (code, lastStreamId) => goaways.push([code, lastStreamId]));
const last = session.request({ ":path": "/leave" });
assert.equal(await textOf(last), "left");
if (!session.closed) await once(session, "close");
// First that it will go, then which stream was the last.
assert.deepEqual(goaways, [[0, 2 ** 31 - 1], [0, last.id ?? 11]]);
