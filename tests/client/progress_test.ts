import { ClientBody, type TransferProgress } from "@avx/client";
import { outgoingBody } from "../../client/outgoing_body.ts";
import { WatchedDownload, watchedUpload } from "../../client/progress.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { arriving } from "./coded.ts";
import { onStage, URL_ROOT } from "./stage.ts";

function noted(): { seen: [number, number | undefined][]; note: (it: TransferProgress) => void } {
  const seen: [number, number | undefined][] = [];
  return { seen, note: ({ bytes, totalBytes }) => void seen.push([bytes, totalBytes]) };
}

Deno.test("an upload tells what was taken of it, each time it is sent", async () => {
  const { seen, note } = noted();
  const body = watchedUpload(outgoingBody(new Uint8Array(150_000)), note);
  assertEquals([body.bytes, body.length, body.replayable], [undefined, 150_000, true]);
  for (let time = 0; time < 2; time++) {
    const opened = body.open!();
    for (let count = 0; (await opened.read()) !== undefined; count++) {
      assertEquals(seen.length, count, "what was given out is not taken yet");
    }
    assertEquals(seen.splice(0), [[65_536, 150_000], [131_072, 150_000], [150_000, 150_000]]);
    opened.cancel("");
    assertEquals(await opened.read(), undefined);
  }
});

Deno.test("an upload of a stream tells what it knows", async () => {
  const { seen, note } = noted();
  const parts = async function* (): AsyncGenerator<string> {
    yield "ab";
    yield await Promise.resolve("cde");
  };
  const opened = watchedUpload(outgoingBody(parts()), note).open!();
  while ((await opened.read()) !== undefined);
  assertEquals(seen, [[2, undefined], [5, undefined]]);
});

Deno.test("a download tells what was read of it", async () => {
  const { seen, note } = noted();
  const source = arriving(new Uint8Array(100), 40);
  const body = new ClientBody(new WatchedDownload(source, note), undefined);
  assertEquals((await body.bytes()).length, 100);
  assertEquals(seen, [[40, 100], [80, 100], [100, 100]]);
  assertEquals([source.released, source.trailers], [3, undefined]);
});

Deno.test("who hears of a download can end it", async () => {
  const source = arriving(new Uint8Array(100), 40);
  const enough = new Error("enough");
  const watched = new WatchedDownload(source, () => {
    throw enough;
  });
  assertEquals(await assertRejects(() => new ClientBody(watched, undefined).bytes()), enough);
  assertEquals(source.cancelled[0], enough);
});

Deno.test("client tells how far both bodies have come", async () => {
  await onStage(async ({ client, accept }) => {
    const [up, down] = [noted(), noted()];
    const asked = client.post(URL_ROOT, {
      body: "hello",
      onUploadProgress: up.note,
      onDownloadProgress: down.note,
    }).text();
    const peer = await accept();
    assertEquals((await peer.head()).includes("content-length: 5\r\n"), true);
    assertEquals(await peer.read(5), "hello");
    await peer.answer("and back");
    assertEquals(await asked, "and back");
    assertEquals([up.seen, down.seen], [[[5, 5]], [[8, 8]]]);
  });
});
