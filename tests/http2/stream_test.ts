import { assertEquals } from "../support/assert.ts";
import { END_QUEUED, HEAD_SENT, IS_HEAD, Stream } from "../../http2/proto/stream.ts";
import { SendQueue } from "../../http2/proto/send_queue.ts";
import { OPEN } from "../../http2/proto/stream_state.ts";

Deno.test("a stream that begins anew remembers nothing", () => {
  const stream = new Stream();
  stream.begin(1, OPEN, 5, 6);
  const fresh = JSON.stringify(stream);
  stream.flags = HEAD_SENT;
  stream.receivedBytes = stream.givenBytes = stream.drainedBytes = 9;
  stream.expectedBytes = stream.declaredBytes = 9;
  stream.urgency = 1;
  stream.incremental = true;
  stream.bodySince = stream.stallSince = stream.stallBytes = 4;
  stream.trailers = ["a", "b"];
  stream.informational = 2;
  stream.outstanding = 3;
  stream.begin(1, OPEN, 5, 6);
  assertEquals(JSON.stringify(stream), fresh);
});

Deno.test("flags are asked for one by one or together", () => {
  const stream = new Stream();
  stream.flags = HEAD_SENT | IS_HEAD;
  assertEquals([stream.has(HEAD_SENT), stream.has(END_QUEUED)], [true, false]);
  assertEquals(stream.has(END_QUEUED | IS_HEAD), true);
});

Deno.test("a stream without a queue has nothing waiting", () => {
  const stream = new Stream();
  assertEquals(stream.queuedBytes, 0);
  stream.queue = new SendQueue();
  stream.queue.push(new Uint8Array(3));
  assertEquals(stream.queuedBytes, 3);
});
