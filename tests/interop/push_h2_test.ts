import { Client, type ClientResponse } from "@avx/client";
import { text } from "@avx/semantics/web";
import { assert, assertEquals, assertStringIncludes } from "../support/assert.ts";
import { findProgram, runProgram } from "../support/programs.ts";
import { serving } from "../support/serving.ts";

const nghttp = findProgram("nghttp") ?? "";
const nghttpd = findProgram("nghttpd") ?? "";

Deno.test("nghttp takes what a handler pushes", { ignore: nghttp === "" }, async () => {
  await serving((request, info) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/style.css") return text(`style for ${request.headers.get("x-for")}`);
    return text(`page ${info.push("/style.css", { headers: { "x-for": "page" } })}`);
  }, async ({ origin }) => {
    const { stdout } = await runProgram(nghttp, ["-v", `${origin}/page`]);
    assertStringIncludes(stdout, "recv PUSH_PROMISE frame");
    assertStringIncludes(stdout, "x-for: page");
    assertStringIncludes(stdout, "page true");
    assertStringIncludes(stdout, "style for page");
    const refused = await runProgram(nghttp, ["-v", "--no-push", `${origin}/page`]);
    assertStringIncludes(refused.stdout, "page false");
    assert(!refused.stdout.includes("PUSH_PROMISE"));
  }, { http2: { push: true } });
});

Deno.test("our client takes what nghttpd pushes", { ignore: nghttpd === "" }, async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/page`, "page");
  await Deno.writeTextFile(`${folder}/style.css`, "style");
  const port = freePort();
  const args = ["--no-tls", "-a", "127.0.0.1", "-d", folder, "-p/page=/style.css", `${port}`];
  const child = new Deno.Command(nghttpd, { args, stdout: "null", stderr: "null" }).spawn();
  const taken: Promise<ClientResponse>[] = [];
  const urls: string[] = [];
  const client = new Client({
    protocol: "h2",
    onPush: (push) => {
      urls.push(push.url);
      taken.push(push.accept());
    },
  });
  try {
    const url = `http://127.0.0.1:${port}`;
    assertEquals(await (await asked(client, `${url}/page`)).body.text(), "page");
    assertEquals(urls, [`${url}/style.css`]);
    const pushed = await taken[0];
    assertEquals([pushed.status, await pushed.body.text()], [200, "style"]);
  } finally {
    client.close();
    child.kill();
    await child.status;
    await Deno.remove(folder, { recursive: true });
  }
});

/** Asks, again and again until the server listens. */
async function asked(client: Client, url: string): Promise<ClientResponse> {
  for (let attempt = 0;; attempt++) {
    try {
      return await client.request(url);
    } catch (error) {
      if (attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return (listener.addr as Deno.NetAddr).port;
}
