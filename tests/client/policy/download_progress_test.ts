import { downloadProgress } from "../../../client/policy/download_progress.ts";
import { assertEquals, assertStrictEquals } from "../../support/assert.ts";
import { asked, script } from "./scene.ts";

Deno.test("a download is watched where somebody listens, and left alone where nobody does", async () => {
  const server = script({ body: "abc" });
  const response = await downloadProgress()(asked("http://a.example/"), server.next);
  assertStrictEquals(response, server.responses[0]);
  const seen: number[] = [];
  const request = asked("http://a.example/", {
    onDownloadProgress: ({ bytes }) => seen.push(bytes),
  });
  const watched = await downloadProgress()(request, server.next);
  assertEquals([await watched.body.text(), seen], ["abc", [3]]);
});
