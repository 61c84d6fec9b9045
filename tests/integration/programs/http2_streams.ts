/**
 * Run as a program, with `--v8-flags=--expose-gc`: many streams open at once on one connection, and
 * what each of them takes. Prints a line of JSON.
 *
 * `http2_streams.ts <streams> [native]`
 *
 * @module
 */

import { text } from "@avx/semantics/web";
import { clientCore, drain, ORIGIN, sent, serverCore } from "../../http2/cores.ts";
import { Driver } from "../../http2/driver.ts";
import { type HeapUse, heapUse } from "../../support/heap.ts";

/** What came of it. */
export interface StreamsReport {
  /** How many streams were open at once. */
  readonly streams: number;
  /** How many of them were answered. */
  readonly answered: number;
  /** What a stream takes in the server, its request and its waiting handler included, in bytes. */
  readonly serverBytes: number;
  /** What it takes in a client core, in bytes. */
  readonly clientBytes: number;
}

if (import.meta.main) {
  const report = await measure(Number(Deno.args[0]), Deno.args[1] === "native" ? native : text);
  console.log(JSON.stringify(report));
}

async function measure(
  count: number,
  answer: (content: string) => Response,
): Promise<StreamsReport> {
  const clientBytes = await clientCost(count);
  let go = (): void => {};
  const gate = new Promise<void>((resolve) => go = resolve);
  const driver = new Driver(async (request) => {
    await gate;
    return answer(new URL(request.url).pathname);
  }, { limits: { maxConcurrentStreams: count } });
  await driver.settle();
  const before = await heapUse();
  const streams: number[] = [];
  for (let index = 0; index < count; index++) {
    streams.push(driver.request({ path: `/${index}` }));
    if (index % 500 === 499) await driver.settle();
  }
  await driver.settle();
  const both = each(before, await heapUse(), count);
  const { requests } = driver.connection;
  go();
  await driver.settle();
  const answered = streams.filter((streamId, index) => {
    const { ended, text } = driver.answer(streamId);
    return ended && text === `/${index}`;
  }).length;
  await driver.close();
  return { streams: requests, answered, serverBytes: both - clientBytes, clientBytes };
}

function native(content: string): Response {
  return new Response(content);
}

/** What a client core takes for each stream, in bytes. */
async function clientCost(count: number): Promise<number> {
  const client = clientCore();
  client.receive(sent(serverCore({ limits: { maxConcurrentStreams: count } })), 0);
  drain(client);
  const before = await heapUse();
  for (let index = 0; index < count; index++) {
    client.sendRequest({ ...ORIGIN, method: "GET", path: `/${index}` });
    sent(client);
  }
  const cost = each(before, await heapUse(), count);
  if (client.openStreams !== count) throw new Error("Not all streams were opened");
  return cost;
}

function each(before: HeapUse, after: HeapUse, count: number): number {
  const grown = after.heapBytes + after.externalBytes - before.heapBytes - before.externalBytes;
  return Math.round(grown / count);
}
