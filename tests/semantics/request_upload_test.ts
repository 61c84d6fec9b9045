import { RequestUpload, type UploadOwner } from "@avx/semantics/requesting";
import { assertEquals } from "../support/assert.ts";

class Bench implements UploadOwner {
  readonly log: string[] = [];
  welcome = true;
  refusal: Error | undefined;
  readonly upload: RequestUpload;

  constructor(chunks: (number[] | Error)[]) {
    this.upload = new RequestUpload({
      read: () => {
        const chunk = chunks.shift();
        if (chunk instanceof Error) return Promise.reject(chunk);
        return Promise.resolve(chunk === undefined ? undefined : new Uint8Array(chunk));
      },
      cancel: (reason) => void this.log.push(`cancelled ${reason}`),
    }, this);
  }

  sendChunk(chunk: Uint8Array): boolean {
    this.log.push(`chunk ${chunk}`);
    return this.welcome;
  }

  sendEnd(): void {
    if (this.refusal !== undefined) throw this.refusal;
    this.log.push("end");
  }

  uploaded(): void {
    this.log.push("uploaded");
  }

  uploadFailed(error: unknown): void {
    this.log.push(`failed ${error}`);
  }
}

async function settle(): Promise<void> {
  for (let job = 0; job < 20; job++) await undefined;
}

Deno.test("request upload sends chunks until the end, but not empty ones", async () => {
  const bench = new Bench([[1, 2], [], [3]]);
  await bench.upload.run();
  assertEquals(bench.log, ["chunk 1,2", "chunk 3", "end", "uploaded"]);
  bench.upload.stop("late");
  assertEquals(bench.log.length, 4);
});

Deno.test("request upload pulls no more until that is welcome", async () => {
  const bench = new Bench([[1], [2]]);
  bench.welcome = false;
  bench.upload.run();
  await settle();
  assertEquals(bench.log, ["chunk 1"]);
  bench.welcome = true;
  bench.upload.becomeWritable();
  bench.upload.becomeWritable();
  await settle();
  assertEquals(bench.log, ["chunk 1", "chunk 2", "end", "uploaded"]);
});

Deno.test("request upload says what its body rejects with, or is refused with", async () => {
  const broken = new Bench([[1], new RangeError("mine")]);
  await broken.upload.run();
  assertEquals(broken.log, ["chunk 1", "failed RangeError: mine"]);
  const short = new Bench([]);
  short.refusal = new TypeError("too short");
  await short.upload.run();
  assertEquals(short.log, ["failed TypeError: too short"]);
});

Deno.test("request upload that is stopped cancels its body, whether it waits or pulls", async () => {
  for (const welcome of [true, false]) {
    const bench = new Bench([[1], [2], new RangeError("unheard")]);
    bench.welcome = false;
    bench.upload.run();
    await settle();
    if (welcome) bench.upload.becomeWritable();
    bench.upload.stop("enough");
    bench.upload.stop("again");
    await settle();
    assertEquals(bench.log, ["chunk 1", "cancelled enough"]);
  }
});
