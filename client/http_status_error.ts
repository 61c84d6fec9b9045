/**
 * The error that a response can be taken for.
 *
 * @module
 */

import { StackError } from "@avx/runtime/errors";
import type { ClientResponse } from "./response.ts";

/**
 * A response whose status says that the request was not served (RFC 9110 §15.5, §15.6). Only who
 * asks for it (`throwOnStatus`) gets it.
 *
 * @example What the server says about it
 * ```ts
 * import { Client, HttpStatusError } from "@avx/client";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const server = Deno.serve({ port: 0, onListen() {} }, () => {
 *   return Response.json({ detail: "no such user" }, { status: 404 });
 * });
 * const client = new Client({ throwOnStatus: true });
 *
 * const asked = client.get(`http://127.0.0.1:${server.addr.port}/users/17`).json();
 * const error = await assertRejects(() => asked, HttpStatusError);
 * assertEquals(error.status, 404);
 * assertEquals(await error.response.body.json(), { detail: "no such user" });
 *
 * client.close();
 * await server.shutdown();
 * ```
 */
export class HttpStatusError extends StackError {
  /** The name of the family. */
  override readonly name = "HttpStatusError";
  /** The status code. */
  readonly status: number;
  /** The response. The beginning of its body has been read and holds no connection. */
  readonly response: ClientResponse;

  /** Makes one; the code is `HTTP_STATUS`. */
  constructor(response: ClientResponse) {
    const { status, statusText } = response;
    super(`The server answered ${status} ${statusText}`.trimEnd(), "HTTP_STATUS");
    this.status = status;
    this.response = response;
  }
}
