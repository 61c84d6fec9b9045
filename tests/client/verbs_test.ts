import {
  type ClientResponse,
  HttpStatusError,
  makeResponse,
  type RequestOptions,
} from "@avx/client";
import { Verbs } from "../../client/verbs.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { onStage, URL_ROOT } from "./stage.ts";

class Noting extends Verbs {
  readonly seen: (RequestOptions | undefined)[] = [];
  override request(url: string | URL, options?: RequestOptions): Promise<ClientResponse> {
    this.seen.push(options);
    return Promise.resolve(makeResponse(url, { body: options?.method }));
  }
}

Deno.test("each verb sends its method and the options", async () => {
  const verbs = new Noting();
  for (const name of ["get", "head", "post", "put", "patch", "delete"] as const) {
    assertEquals(await verbs[name](URL_ROOT, { timeout: 5 }).text(), name.toUpperCase());
    assertEquals(verbs.seen.at(-1), { method: name.toUpperCase(), timeout: 5 });
    await verbs[name](URL_ROOT);
  }
});

Deno.test("client posts JSON and reads JSON, interceptors or not", async () => {
  await onStage(async ({ client, accept }) => {
    const intercepted = client.extend({ onRequest: () => {} });
    let peer;
    for (const one of [client, intercepted]) {
      const asked = one.post(`${URL_ROOT}/users`, { json: { name: "ü" } }).json();
      peer ??= await accept();
      const head = await peer.head();
      assertEquals(head.includes("content-type: application/json\r\n"), true);
      assertEquals(head.includes("content-length: 13\r\n"), true);
      await peer.read(13);
      await peer.answer('{"id":1}');
      assertEquals(await asked, { id: 1 });
    }
    const asked = client.get(URL_ROOT, { throwOnStatus: true });
    asked.catch(() => {});
    await peer!.head();
    await peer!.send("HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\ngone");
    const error = await assertRejects(() => asked, HttpStatusError);
    assertEquals(await error.response.body.text(), "gone");
    assertEquals(client.stats().idle, 1);
  });
});
