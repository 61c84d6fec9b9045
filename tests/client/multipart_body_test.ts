import type { RequestBody } from "@avx/http1/client-connection";
import { multipartBody } from "../../client/multipart_body.ts";
import type { OutgoingBody } from "../../client/outgoing_body.ts";
import { assertEquals, assertNotEquals } from "../support/assert.ts";

async function bytesOf(body: OutgoingBody): Promise<Uint8Array<ArrayBuffer>> {
  if (body.bytes !== undefined) return body.bytes.slice() as Uint8Array<ArrayBuffer>;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const opened = body.open!();
  for (let part; (part = await opened.read()) !== undefined;) parts.push(part.slice());
  return await new Blob(parts).bytes();
}

function form(...entries: readonly (readonly [string, string | File])[]): FormData {
  const data = new FormData();
  for (const [name, value] of entries) data.append(name, value);
  return data;
}

Deno.test("a form is written as the HTML standard says", async () => {
  const data = form(
    ["plain", "a\nb\rc\r\nd"],
    ['na"me\r\n', ""],
    ["file", new File(["<p>"], 'i"n.html', { type: "text/html" })],
    ["other", new File(["x"], "x")],
  );
  const body = multipartBody(data, "B");
  const expected = [
    '--B\r\ncontent-disposition: form-data; name="plain"\r\n\r\na\r\nb\r\nc\r\nd\r\n',
    '--B\r\ncontent-disposition: form-data; name="na%22me%0D%0A"\r\n\r\n\r\n',
    '--B\r\ncontent-disposition: form-data; name="file"; filename="i%22n.html"\r\n',
    "content-type: text/html\r\n\r\n<p>\r\n",
    '--B\r\ncontent-disposition: form-data; name="other"; filename="x"\r\n',
    "content-type: application/octet-stream\r\n\r\nx\r\n--B--\r\n",
  ].join("");
  for (let time = 0; time < 2; time++) {
    const bytes = await bytesOf(body);
    assertEquals(new TextDecoder().decode(bytes), expected);
    assertEquals(body.length, bytes.length);
  }
  assertEquals(body.contentType, "multipart/form-data; boundary=B");
  assertEquals(body.replayable, true);
});

Deno.test("a form without files is there at once; an empty one is one", async () => {
  const body = multipartBody(form(["a", "ü"]), "B");
  assertEquals(body.open, undefined);
  assertEquals(body.bytes!.length, body.length);
  assertEquals(new TextDecoder().decode(await bytesOf(multipartBody(form(), "B"))), "--B--\r\n");
});

Deno.test("a form is what the platform reads", async () => {
  const file = new File([new Uint8Array(200_000).fill(7)], "ü.bin");
  const body = multipartBody(form(["ä", "1"], ["f", file], ["b", "2"]));
  const headers = { "content-type": body.contentType! };
  const read = await new Response(await bytesOf(body), { headers }).formData();
  assertEquals([read.get("ä"), read.get("b")], ["1", "2"]);
  const received = read.get("f") as File;
  assertEquals([received.name, received.size], ["ü.bin", 200_000]);
  assertNotEquals(multipartBody(form()).contentType, multipartBody(form()).contentType);
});

Deno.test("a form that is given up gives its file up", async () => {
  let cancelled: unknown;
  const file = new File(["abc"], "a");
  file.stream = () =>
    new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) => controller.enqueue(new Uint8Array([1])),
      cancel: (reason) => void (cancelled = reason),
    });
  const data = new FormData();
  data.append("f", file);
  const opened: RequestBody = multipartBody(data).open!();
  await opened.read();
  await opened.read();
  opened.cancel("enough");
  // A form may hold a copy of the file, whose stream is its own.
  if (cancelled !== undefined) assertEquals(cancelled, "enough");
  const fresh = multipartBody(data).open!();
  fresh.cancel("enough");
  assertEquals(await fresh.read(), undefined);
});
