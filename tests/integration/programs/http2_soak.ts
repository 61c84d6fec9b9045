/**
 * Run as a program, with `--v8-flags=--expose-gc`: requests of every kind on connections in memory,
 * many of them reset by either end, and what they leave behind. Prints a line of JSON.
 *
 * `http2_soak.ts <requests>`
 *
 * @module
 */

import { stream, text } from "@avx/semantics/web";
import { Driver } from "../../http2/driver.ts";
import { type HeapUse, heapUse } from "../../support/heap.ts";
import { generator } from "../../support/numbers.ts";

/** What a soak came to. */
export interface SoakReport {
  /** How many requests were sent. */
  readonly requests: number;
  /** How many were answered to the end. */
  readonly answered: number;
  /** How many were reset, by either end. */
  readonly reset: number;
  /** What was held after the first tenth. */
  readonly before: HeapUse;
  /** What was held at the end. */
  readonly after: HeapUse;
  /** What the server still had open at the end, on all connections. */
  readonly leftOpen: number;
}

const BATCH = 50;
const PER_CONNECTION = 5_000;
const PART = new Uint8Array(20_000);

if (import.meta.main) console.log(JSON.stringify(await soak(Number(Deno.args[0]))));

/** Sends `requests`, 50 at once. */
async function soak(requests: number): Promise<SoakReport> {
  const random = generator(42);
  let [answered, reset, leftOpen, sent] = [0, 0, 0, 0];
  let before: HeapUse | undefined;
  while (sent < requests) {
    const driver = new Driver(handler(random), {
      abuse: { maxPeerResets: Infinity, maxProvokedResets: Infinity },
    });
    await driver.settle();
    for (let count = 0; count < PER_CONNECTION && sent < requests; count += BATCH) {
      const streams = Array.from({ length: BATCH }, () => begin(driver, random));
      sent += BATCH;
      await driver.settle();
      for (const streamId of streams) {
        const answer = driver.answer(streamId);
        if (!answer.ended && answer.reset === undefined) {
          driver.client.reset(streamId, 0x8);
          reset++;
        } else if (answer.ended) {
          answered++;
          driver.client.reset(streamId, 0x8); // where the answer came before the request was whole
        } else reset++;
        driver.forget(streamId);
      }
      driver.flush();
      // Answered requests that send on are stopped after a moment.
      await driver.pass(2_500);
    }
    await driver.clock.advance(2_000); // bodies that nobody reads are drained for a while
    if (!driver.connection.idle || driver.client.openStreams > 0) leftOpen++;
    await driver.close();
    if (sent * 10 >= requests && before === undefined) before = await heapUse();
  }
  const after = await heapUse();
  return { requests: sent, answered, reset, before: before ?? after, after, leftOpen };
}

/** Answers at once, later, never, in parts, in full, or not at all. */
function handler(random: () => number): (request: Request) => Response | Promise<Response> {
  return async (request) => {
    switch (Math.floor(random() * 8)) {
      case 0:
        return text(await request.text().then((body) => `${body.length}`, () => "cut short"));
      case 1:
        return new Response(request.body);
      case 2:
        return new Promise((resolve) => {
          request.signal.addEventListener("abort", () => resolve(text("too late")));
        });
      case 3:
        return stream(ReadableStream.from([PART, PART, PART]));
      case 4:
        throw new Error("on purpose");
      case 5:
        return new Response(
          new ReadableStream({ pull: (sink) => sink.error(new Error("broken")) }),
        );
      case 6:
        return new Response(new ReadableStream());
      default:
        return text("hello");
    }
  };
}

function begin(driver: Driver, random: () => number): number {
  switch (Math.floor(random() * 4)) {
    case 0:
      return driver.request({ body: PART });
    case 1: {
      const streamId = driver.request({ method: "POST", end: false });
      driver.send(streamId, PART);
      return streamId;
    }
    case 2: {
      const streamId = driver.request();
      if (random() < 0.3) driver.reset(streamId);
      return streamId;
    }
    default:
      return driver.request({ lines: ["x-own", `${Math.floor(random() * 1000)}`] });
  }
}
