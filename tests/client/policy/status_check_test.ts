import { type ClientResponse, HttpStatusError, type ResponseParts } from "@avx/client";
import { statusCheck } from "../../../client/policy/status_check.ts";
import { assertEquals, assertRejects } from "../../support/assert.ts";
import { arriving } from "../coded.ts";
import { asked, script } from "./scene.ts";

function check(
  answer: ResponseParts,
  throwOnStatus: boolean | undefined,
  concernsAll = false,
): Promise<ClientResponse> {
  return statusCheck(concernsAll)(
    asked("http://a.example/", { throwOnStatus }),
    script(answer).next,
  );
}

Deno.test("responses are errors from 400 on, for those who want that", async () => {
  for (const status of [200, 204, 304, 399]) {
    assertEquals((await check({ status }, true)).status, status);
  }
  for (const status of [400, 404, 500, 599]) {
    const error = await assertRejects(() => check({ status }, true), HttpStatusError);
    assertEquals(error.status, status);
  }
  assertEquals((await check({ status: 404 }, undefined)).status, 404);
  assertEquals((await check({ status: 404 }, false, true)).status, 404);
  await assertRejects(() => check({ status: 404 }, undefined, true), HttpStatusError);
});

Deno.test("an error keeps the beginning of the body and lets go of the connection", async () => {
  for (const [length, kept] of [[100, 100], [65_536, 65_536], [200_000, 65_536]]) {
    const source = arriving(new Uint8Array(length), 10_000);
    const error = await assertRejects(
      () => check({ status: 500, body: source }, true),
      HttpStatusError,
    );
    assertEquals((await error.response.body.bytes()).length, kept);
    assertEquals(source.cancelled.length, length > 65_536 ? 1 : 0);
  }
});
