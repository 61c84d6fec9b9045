// Decodes stories of header blocks with the http2 module of Node: JSON on both sides. Each story is
// a connection, each block a request; one that Node refuses is null.

import { createServer } from "node:http2";
import { connect } from "node:net";
import { once } from "node:events";
import process from "node:process";
import { Buffer } from "node:buffer";

const MAX_FRAME_BYTES = 16_384;

function frame(type, flags, streamId, payload) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

async function decode(port, seen, blocks) {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  socket.write(Buffer.concat([preface, frame(4, 0, 0, Buffer.alloc(0))]));
  for (const [index, block] of blocks.entries()) {
    const bytes = Buffer.from(block, "hex");
    if (bytes.length > MAX_FRAME_BYTES) throw new Error("This block needs a CONTINUATION");
    socket.write(frame(1, 0x5, 2 * index + 1, bytes));
  }
  // Whatever was sent before a PING has been decoded once its answer is here.
  socket.write(frame(6, 0, 0, Buffer.from("all done")));
  let received = Buffer.alloc(0);
  while (!received.includes("all done")) {
    const [chunk] = await once(socket, "data");
    received = Buffer.concat([received, chunk]);
  }
  const lists = blocks.map((_, index) => seen.get(2 * index + 1) ?? null);
  socket.destroy();
  return lists;
}

let input = "";
for await (const chunk of process.stdin.setEncoding("utf8")) input += chunk;

const seen = new Map();
const server = createServer({ settings: { maxHeaderListSize: 1 << 20 } });
server.on("stream", (stream, _headers, _flags, rawHeaders) => {
  seen.set(stream.id, rawHeaders);
  stream.on("error", () => {});
  stream.close();
});
server.on("sessionError", (error) => console.error(error));
server.listen(0, "127.0.0.1");
await once(server, "listening");
const stories = [];
for (const blocks of JSON.parse(input)) {
  seen.clear();
  stories.push(await decode(server.address().port, seen, blocks));
}
process.stdout.write(JSON.stringify(stories));
server.close();
