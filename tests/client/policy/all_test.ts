import { Client, type ClientOptions } from "@avx/client";
import { encodeBase64 } from "@avx/semantics/base64";
import { assert, assertEquals } from "../../support/assert.ts";
import { coded } from "../coded.ts";
import { onStage, type Peer, type Stage, URL_ROOT } from "../stage.ts";

const EVERYTHING: ClientOptions = {
  redirects: "follow",
  cookies: true,
  decompression: true,
  cache: true,
  digests: true,
  retries: { backoff: { jitter: 0 } },
  deduplication: true,
  throwOnStatus: true,
  onRequest: () => {},
  onResponse: () => {},
};

const TEXT = "all policies at once. ".repeat(500);

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** A server that redirects, has no time, and then answers with a coded body in pieces. */
async function answer(peer: Peer, heads: string[]): Promise<void> {
  const body = await coded(TEXT, "gzip");
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  for (;;) {
    const head = await peer.head();
    heads.push(head);
    if (head.startsWith("GET /start ")) {
      await peer.send(
        "HTTP/1.1 302 Found\r\nlocation: /there\r\nset-cookie: a=1\r\ncontent-length: 0\r\n\r\n",
      );
    } else if (heads.length % 3 === 2) {
      await peer.send("HTTP/1.1 503 Busy\r\ncontent-length: 4\r\n\r\nbusy");
    } else {
      const lines = [
        "HTTP/1.1 200 OK",
        "content-encoding: gzip",
        `content-length: ${body.length}`,
        `content-digest: sha-256=:${encodeBase64(hash)}:`,
        "cache-control: max-age=60",
      ];
      await peer.send(`${lines.join("\r\n")}\r\n\r\n`);
      for (let at = 0; at < body.length; at += 100) {
        await peer.send(latin1(body.subarray(at, at + 100)));
      }
    }
  }
}

/** Answers on every connection that comes. */
async function serve({ accept }: Stage, heads: string[]): Promise<void> {
  for (;;) answer(await accept(), heads).catch(() => {}); // the client has gone
}

async function until(condition: () => boolean, { clock }: Stage): Promise<void> {
  for (let turn = 0; !condition() && turn < 200; turn++) await clock.advance(20);
  assert(condition());
}

Deno.test("all policies work together", async () => {
  await onStage(async (stage) => {
    const heads: string[] = [];
    serve(stage, heads).catch(() => {}); // the stage is over
    const texts: string[] = [];
    for (let count = 0; count < 3; count++) {
      stage.client.get(`${URL_ROOT}/start`).text().then((text) => texts.push(text));
    }
    await until(() => texts.length === 3, stage);
    assertEquals(texts, [TEXT, TEXT, TEXT]);
    const paths = heads.map((head) => head.split(" ")[1]);
    assertEquals(paths, ["/start", "/there", "/there"]);
    assertEquals(heads.map((head) => head.includes("cookie: a=1")), [false, true, true]);
    assertEquals(heads.every((head) => head.includes("want-content-digest: ")), true);
    const stored = await stage.client.get(`${URL_ROOT}/there`);
    assertEquals([await stored.body.text(), heads.length], [TEXT, 3]);
  }, EVERYTHING);
});

Deno.test("a request that is given up at any moment leaves nothing, whatever is at work", async () => {
  let completed = 0;
  for (let moment = 0; moment < 150 && completed < 3; moment++) {
    await onStage(async (stage) => {
      serve(stage, []).catch(() => {}); // the stage is over
      const controller = new AbortController();
      let outcome = "";
      const { signal } = controller;
      const asked = stage.client.get(`${URL_ROOT}/start`, { signal }).text();
      asked.then((text) => outcome = text, (error) => outcome = error.message);
      for (let turn = 0; turn < moment; turn++) {
        if (turn % 5 === 0) await stage.clock.advance(20);
        else await Promise.resolve();
      }
      controller.abort(new Error("enough"));
      await until(() => outcome !== "", stage);
      assert(outcome === "enough" || outcome === TEXT, outcome);
      if (outcome === TEXT) completed++;
      await until(() => stage.client.stats().active === 0, stage);
    }, EVERYTHING);
  }
  assertEquals(completed, 3);
});

Deno.test("a client that is closed with everything at work ends all of it", async () => {
  await onStage(async (stage) => {
    const client = new Client({ ...EVERYTHING, network: stage.network, clock: stage.clock });
    const heads: string[] = [];
    serve(stage, heads).catch(() => {}); // the stage is over
    const failed: unknown[] = [];
    client.get(`${URL_ROOT}/start`).text().catch((error) => failed.push(error.name));
    await until(() => heads.length === 2, stage);
    client.close();
    await until(() => failed.length === 1, stage);
    assertEquals(failed, ["PoolClosedError"]);
  }, {});
});
