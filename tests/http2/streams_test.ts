import { assertEquals, assertStrictEquals } from "../support/assert.ts";
import { FORGOTTEN, Streams } from "../../http2/proto/streams.ts";
import { CLOSED_BY_US, CLOSED_ENDED, IDLE, OPEN } from "../../http2/proto/stream_state.ts";

Deno.test("streams are found by id, however many and however far apart", () => {
  const streams = new Streams(true);
  for (let id = 1; id < 4000; id += 2) streams.add(id, OPEN, id, 0);
  for (let id = 1; id < 4000; id += 2) assertEquals(streams.find(id)?.sendWindow, id);
  assertEquals([streams.count, streams.peerCount, streams.lastPeerId], [2000, 2000, 3999]);
  for (let id = 1; id < 4000; id += 2) {
    if (id % 64 !== 1) close(streams, id);
  }
  for (let id = 1_000_001; id < 1_200_000; id += 128) streams.add(id, OPEN, id, 0);
  for (const stream of streams.all()) assertStrictEquals(streams.find(stream.id), stream);
  assertEquals([...streams.all()].length, streams.count);
});

Deno.test("a stream is idle, then known, then closed, then forgotten", () => {
  const streams = new Streams(false);
  assertEquals(streams.stateOf(1), IDLE);
  streams.add(1, OPEN, 0, 0);
  close(streams, 1);
  assertEquals(streams.find(1), undefined);
  assertEquals(streams.stateOf(1), CLOSED_ENDED);
  assertEquals(streams.stateOf(3), IDLE);
  for (let id = 3; id < 10_000; id += 2) {
    streams.add(id, OPEN, 0, 0);
    close(streams, id);
  }
  assertEquals(streams.stateOf(1), FORGOTTEN);
  assertEquals(streams.lastOwnId, 9999);
});

Deno.test("ids that were skipped are forgotten ones", () => {
  const streams = new Streams(true);
  streams.add(7, OPEN, 0, 0);
  assertEquals(streams.stateOf(5), FORGOTTEN);
  streams.skip(9, CLOSED_BY_US);
  assertEquals(streams.stateOf(9), CLOSED_BY_US);
  assertEquals(streams.lastPeerId, 9);
});

Deno.test("each role has its own ids", () => {
  assertEquals([1, 2].map((id) => new Streams(true).isOwn(id)), [false, true]);
  assertEquals([1, 2].map((id) => new Streams(false).isOwn(id)), [true, false]);
  const streams = new Streams(true);
  streams.add(2, OPEN, 0, 0);
  streams.skip(4, CLOSED_BY_US);
  assertEquals([streams.lastOwnId, streams.peerCount], [4, 0]);
});

function close(streams: Streams, id: number): void {
  const stream = streams.find(id)!;
  stream.state = CLOSED_ENDED;
  streams.remove(stream);
}
