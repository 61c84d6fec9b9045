import { Duplex } from "node:stream";
import { isClosedError } from "@avx/runtime/translate-error";
import {
  NodeStream,
  type ShortcutEnds,
  type StreamShortcut,
} from "../../runtime/platform/node_stream.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { bytesOf } from "../support/transports.ts";

Deno.test("a read takes what was pushed, and leaves what it has no room for", async () => {
  const { duplex, stream } = opened();
  duplex.push(bytesOf("abcdef"));
  const into = new Uint8Array(4);
  assertEquals([await stream.read(into), into], [4, bytesOf("abcd")]);
  duplex.push(bytesOf("ghi"));
  await turn();
  assertEquals([await stream.read(into), into], [4, bytesOf("efgh")]);
  assertEquals(await stream.read(into), 1);
  assertEquals(await stream.read(new Uint8Array(0)), 0);
  stream.close();
});

Deno.test("the end comes behind the bytes, and again", async () => {
  const { duplex, stream } = opened();
  duplex.push(bytesOf("ab"));
  duplex.push(null);
  await turn();
  assertEquals(await stream.read(new Uint8Array(8)), 2);
  assertEquals(await stream.read(new Uint8Array(8)), null);
  assertEquals(await stream.read(new Uint8Array(8)), null);
  stream.close();
});

Deno.test("a source that nobody reads is stopped, and started when all is read", async () => {
  const acts: string[] = [];
  const valve = { stop: () => acts.push("stop"), start: () => acts.push("start") };
  const { duplex, stream } = opened(valve);
  for (let chunk = 0; chunk < 4; chunk++) duplex.push(new Uint8Array(20_000));
  await turn();
  assertEquals(acts, ["stop"]);
  const into = new Uint8Array(70_000);
  assertEquals(await stream.read(into), 70_000);
  assertEquals(acts, ["stop"]);
  assertEquals(await stream.read(into), 10_000);
  assertEquals(acts, ["stop", "start"]);
  stream.close();
});

Deno.test("a write is done when the stream says so, and takes a bounded part", async () => {
  const { stream, writes } = opened();
  let done = false;
  const writing = stream.write(new Uint8Array(1_000_000)).then((count) => {
    done = true;
    return count;
  });
  await turn();
  assertEquals([writes[0].bytes, done], [256 * 1024, false]);
  writes[0].done();
  assertEquals(await writing, 256 * 1024);
  assertEquals(await stream.write(new Uint8Array(0)), 0);
  stream.close();
});

Deno.test("an error reaches the pending read, the pending write and all that follow", async () => {
  const { duplex, stream } = opened();
  const reading = stream.read(new Uint8Array(8)).catch((error) => error.message);
  const writing = stream.write(new Uint8Array(8)).catch((error) => error.message);
  duplex.destroy(new Error("reset"));
  assertEquals(await Promise.all([reading, writing]), ["reset", "reset"]);
  await assertRejects(() => stream.read(new Uint8Array(8)), Error, "reset");
  await assertRejects(() => stream.write(new Uint8Array(8)), Error, "reset");
  await assertRejects(() => stream.closeWrite(), Error, "reset");
});

Deno.test("closing forgets what was not read", async () => {
  const { duplex, stream } = opened();
  duplex.push(bytesOf("ab"));
  await turn();
  stream.close();
  assert(duplex.destroyed);
  assert(isClosedError(await assertRejects(() => stream.read(new Uint8Array(8)))));
});

Deno.test("the writing half ends once", async () => {
  const { duplex, stream } = opened();
  await stream.closeWrite();
  await stream.closeWrite();
  assert(duplex.writableFinished);
  stream.close();
});

Deno.test("a second read while one is pending is a mistake", async () => {
  const { stream } = opened();
  const reading = stream.read(new Uint8Array(1)).catch(() => {});
  await assertRejects(() => stream.read(new Uint8Array(1)), TypeError, "another read");
  stream.close();
  await reading;
});

Deno.test("a second write while one is pending is a mistake", async () => {
  const { stream, writes } = opened();
  const writing = stream.write(new Uint8Array(1));
  await assertRejects(() => stream.write(new Uint8Array(1)), TypeError, "another write");
  writes[0].done();
  assertEquals(await writing, 1);
  stream.close();
});

Deno.test("what a shortcut lends is kept, whoever reads it when", async () => {
  const { duplex, stream, ends } = shortened();
  const lent = bytesOf("abcdef");
  const into = new Uint8Array(4);
  const reading = stream.read(into);
  ends().received(lent);
  lent.fill(0);
  assertEquals([await reading, into], [4, bytesOf("abcd")]);
  assertEquals([await stream.read(into), into.subarray(0, 2)], [2, bytesOf("ef")]);
  duplex.push(null);
  duplex.resume();
  assertEquals(await stream.read(into), null);
  stream.close();
});

Deno.test("the end waits for a write by a shortcut", async () => {
  const { duplex, stream, ends, written } = shortened();
  const writing = stream.write(bytesOf("abc"));
  const ending = stream.closeWrite();
  await turn();
  assertEquals([written, duplex.writableEnded], [[3], false]);
  ends().written(undefined);
  assertEquals(await writing, 3);
  await ending;
  assert(duplex.writableFinished);
  stream.close();
});

Deno.test("an end that waits for a write by a shortcut is told when all is lost", async () => {
  const { duplex, stream, ends } = shortened();
  const writing = stream.write(bytesOf("abc")).catch((error) => error.message);
  const ending = stream.closeWrite().catch((error) => error.message);
  duplex.destroy(new Error("reset"));
  assertEquals(await Promise.all([writing, ending]), ["reset", "reset"]);
  ends().written(undefined); // too late
});

interface Write {
  readonly bytes: number;
  readonly done: () => void;
}

function opened(
  valve?: { stop(): void; start(): void },
): { duplex: Duplex; stream: NodeStream; writes: Write[] } {
  const writes: Write[] = [];
  const duplex: Duplex = new Duplex({
    read() {},
    write: (chunk: Uint8Array, _encoding, done) => {
      writes.push({ bytes: chunk.length, done });
    },
  });
  return { duplex, stream: new NodeStream(duplex, { valve }), writes };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function shortened(): {
  duplex: Duplex;
  stream: NodeStream;
  ends: () => ShortcutEnds;
  written: number[];
} {
  let ends: ShortcutEnds | undefined;
  const written: number[] = [];
  const duplex: Duplex = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const shortcut: StreamShortcut = {
    open: (given) => ends = given,
    write: (bytes) => written.push(bytes.length),
  };
  return { duplex, stream: new NodeStream(duplex, { shortcut }), ends: () => ends!, written };
}
