/**
 * `node:http`, or with the argument `h2` `node:http2` in clear text, with the routes of the sample
 * handler, and some that only a client is interested in. Prints `ready PORT`; ends with its standard input.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import process from "node:process";

/** @param {number} size */
function pattern(size) {
  const all = Buffer.alloc(size);
  for (let index = 0; index < size; index++) all[index] = (index * 31 + (index >> 8)) & 0xff;
  return all;
}

const create = process.argv[2] === "h2" ? createHttp2Server : createServer;
// It writes without waiting, and its session may by default hold no more than 10 (megabytes).
const server = create({ maxSessionMemory: 100 }, (request, response) => {
  const [, route, argument] = (request.url ?? "").split("?")[0].split("/");
  switch (route) {
    case "":
      response.setHeader("content-length", 5);
      return void response.end("hello");
    case "request": {
      const chunks = [];
      request.on("data", (chunk) => chunks.push(chunk)).on("end", () => {
        const { method, url, headers } = request;
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify({ method, url, headers, body: String(Buffer.concat(chunks)) }));
      });
      return;
    }
    case "echo":
      return void request.pipe(response);
    case "bytes":
      response.setHeader("content-length", argument);
      return void response.end(pattern(Number(argument)));
    case "stream": {
      const all = pattern(Number(argument));
      for (let at = 0; at < all.length; at += 10_000) response.write(all.subarray(at, at + 10_000));
      return void response.end();
    }
    case "status":
      return void response.writeHead(Number(argument)).end();
    case "hints":
      // Over HTTP/2 it calls nothing back.
      response.writeEarlyHints({ link: "</style.css>; rel=preload" });
      return void response.end("hinted");
    case "trailers":
      response.writeHead(200, { trailer: "x-checksum" });
      response.write("body");
      response.addTrailers({ "x-checksum": "abc" });
      return void response.end();
    case "leave":
      // Whoever was asked before the GOAWAY is answered behind it.
      request.stream.session.goaway(0, 2 ** 31 - 1);
      return void setTimeout(() => response.end("left"), 200);
    case "abort":
      response.write("short");
      return void setTimeout(() => request.stream.close(8), 50);
    case "close":
      return void response.writeHead(200, { connection: "close" }).end("closing");
    case "cut":
      response.writeHead(200, { "content-length": "1000" });
      return void response.write("short", () => request.socket.destroy());
    case "redirect":
      return void response.writeHead(302, { location: "/request" }).end();
    default:
      return void response.writeHead(404).end("not found");
  }
});
server.listen(0, "127.0.0.1", () => console.log(`ready ${server.address().port}`));
process.stdin.on("end", () => process.exit(0)).resume();
