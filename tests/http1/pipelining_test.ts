import fc from "fast-check";
import type { OutgoingHead } from "../../http1/proto/outgoing_head.ts";
import type { ServerCore } from "../../http1/proto/server_core.ts";
import { assertEquals } from "../support/assert.ts";
import { bytesOf, clientCore, collect, sent, serverCore } from "./cores.ts";

// Requests come in pieces of any size, are answered sooner or later and in one way or another, and
// whatever is done when, each gets the answer to it, in its turn.

type Request = { readonly method: string; readonly body: "none" | "length" | "chunks" };

const request: fc.Arbitrary<Request> = fc.record({
  method: fc.constantFrom("GET", "POST", "HEAD"),
  body: fc.constantFrom("none", "length", "chunks"),
});

function textOf({ method, body }: Request, index: number): string {
  const head = `${method} /${index} HTTP/1.1\r\nHost: x\r\n`;
  if (body === "none") return `${head}\r\n`;
  if (body === "length") return `${head}Content-Length: 5\r\n\r\nhello`;
  return `${head}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`;
}

/** Answers the oldest request in one of several ways. */
function answer(core: ServerCore, target: string, way: number): void {
  switch (way % 4) {
    case 0:
      core.sendWhole(200, "OK", [], target);
      break;
    case 1:
      core.sendInformational(103, []);
      core.sendWhole(200, "OK", ["a", "b"], bytesOf(target));
      break;
    case 2:
      core.sendHead(200, "OK", [], target.length);
      core.sendData(bytesOf(target));
      core.sendEnd();
      break;
    default:
      core.sendHead(200, "OK", [], undefined);
      for (const letter of target) core.sendData(bytesOf(letter));
      core.sendEnd(["t", target]);
  }
}

/** What a client makes of the responses to `requests`. */
function responses(output: string, requests: readonly Request[]): string[] {
  const core = clientCore();
  const bodies: string[] = [];
  let rest = bytesOf(output);
  for (const { method } of requests) {
    const head: OutgoingHead = { method, target: "/", lines: ["host", "x"], body: "none" };
    core.sendHead(head);
    const lines: string[] = [];
    // One byte after another: what is left belongs to the next response.
    while (core.state === "active" && rest.length > 0) {
      core.receive(rest.subarray(0, 1), 0);
      rest = rest.subarray(1);
      collect(core, lines, () => {});
    }
    bodies.push(lines.find((line) => line.startsWith("data "))?.slice(5) ?? "");
    assertEquals([lines.at(-1)?.slice(0, 3), core.state], ["end", "idle"]);
  }
  assertEquals(rest.length, 0);
  return bodies;
}

Deno.test("each of 5,000 pipelines is answered in order, whenever and however answers are given", () => {
  const property = fc.property(
    fc.array(request, { minLength: 1, maxLength: 8 }),
    fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 }),
    fc.array(fc.nat(11), { minLength: 1, maxLength: 20 }),
    fc.integer({ min: 1, max: 4 }),
    (requests, sizes, ways, maxPipelinedRequests) => {
      const core = serverCore({ maxPipelinedRequests });
      const bytes = bytesOf(requests.map(textOf).join(""));
      const waiting: string[] = [];
      let output = "";
      let steps = 0;
      const turn = () => {
        collect(core, [], (event) => {
          if (event.type === "request") waiting.push(event.head.target);
        });
        assertEquals([core.unanswered, waiting.length <= maxPipelinedRequests], [
          waiting.length,
          true,
        ]);
      };
      for (let at = 0; at < bytes.length || waiting.length > 0; steps++) {
        const way = ways[steps % ways.length];
        if (core.wantsInput && at < bytes.length && way < 6) {
          const size = sizes[steps % sizes.length];
          core.receive(bytes.subarray(at, at + size), steps);
          at += size;
        } else if (waiting.length > 0) {
          answer(core, waiting.shift()!, way);
          if (way % 3 === 0) output += sent(core);
        } else {
          // Nobody waits: there has to be a wish for more.
          assertEquals(core.wantsInput, true);
          core.receive(bytes.subarray(at, at + 1), steps);
          at++;
        }
        turn();
      }
      output += sent(core);
      const targets = requests.map(({ method }, index) => method === "HEAD" ? "" : `/${index}`);
      assertEquals(responses(output, requests), targets);
      assertEquals([core.disposition, core.requests], ["open", requests.length]);
    },
  );
  fc.assert(property, { seed: 9112, numRuns: 5_000 });
});
