import { ReadSegments } from "@avx/runtime/read-segments";
import type { BodySource } from "@avx/semantics/body-source";
import type { FieldSection } from "@avx/semantics/field-section";
import type { Http1Exchange } from "../../http1/client_exchange.ts";
import type { ResponseHead } from "../../http1/proto/response_head.ts";
import { ResponseArrival } from "../../http1/response_arrival.ts";
import { assertEquals } from "../support/assert.ts";

const HEAD = { status: 200, contentLength: undefined } as ResponseHead;
const TRAILERS = { size: 1 } as FieldSection;

class Bench {
  readonly log: string[] = [];
  body: Uint8Array | BodySource | undefined;
  trailers: FieldSection | undefined;
  readonly arrival: ResponseArrival;

  constructor() {
    const exchange: Http1Exchange = {
      request: undefined as never,
      informed: () => {},
      answered: (head, body, trailers, now) => {
        this.body = body;
        this.trailers = trailers;
        const kind = body === undefined ? "" : body instanceof Uint8Array ? " whole" : " …";
        this.log.push(`${head.status}${kind} at ${now}`);
      },
      finished: (error) => void this.log.push(`finished ${error}`),
      upgraded: () => {},
      failed: (error, progress) => void this.log.push(`failed ${progress} ${error}`),
    };
    const owner = { wanted() {}, abandoned() {} };
    this.arrival = new ResponseArrival(exchange, new ReadSegments(1024), owner);
  }
}

Deno.test("response arrival hands over a response that came whole, with its trailers", () => {
  const bench = new Bench();
  bench.arrival.begin(HEAD);
  bench.arrival.take(new Uint8Array([1, 2]), 1);
  bench.arrival.end(TRAILERS);
  assertEquals(bench.log, []);
  bench.arrival.complete(2);
  assertEquals(bench.log, ["200 whole at 2"]);
  assertEquals(bench.body, new Uint8Array([1, 2]));
  assertEquals(bench.trailers, TRAILERS);
});

Deno.test("response arrival hands over a body that comes later as a queue, once", async () => {
  const bench = new Bench();
  bench.arrival.deliver(0);
  assertEquals([bench.log, bench.arrival.hasBegun], [[], false], "there is no head");
  bench.arrival.begin(HEAD);
  assertEquals(bench.arrival.hasBegun, true);
  bench.arrival.take(new Uint8Array([1]), 1);
  bench.arrival.take(new Uint8Array([2]), 2);
  bench.arrival.deliver(3);
  assertEquals(bench.log, ["200 … at 2"]);
  bench.arrival.end(TRAILERS);
  bench.arrival.complete(4);
  assertEquals(bench.log.at(-1), "finished undefined");
  const body = bench.body as BodySource;
  assertEquals([await body.pull(), await body.pull()], [new Uint8Array([1]), new Uint8Array([2])]);
  assertEquals(await body.pull(), undefined);
  assertEquals(body.trailers, TRAILERS);
});

Deno.test("response arrival keeps nothing of a body that nobody wants", () => {
  const bench = new Bench();
  bench.arrival.begin(HEAD);
  bench.arrival.deliver(0);
  bench.arrival.discards = true;
  bench.arrival.take(new Uint8Array([1]), 1);
  assertEquals(bench.arrival.body?.queuedBytes, 0);
});

Deno.test("response arrival fails the request, or the body that was handed over", () => {
  const early = new Bench();
  early.arrival.fail("why", "unanswered");
  assertEquals(early.log, ["failed unanswered why"]);
  const late = new Bench();
  late.arrival.begin(HEAD);
  late.arrival.deliver(0);
  late.arrival.fail("why", "answered");
  assertEquals(late.log, ["200 … at 0", "finished why"]);
});
