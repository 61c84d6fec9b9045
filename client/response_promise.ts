/**
 * The promise of a response, from which its body can be had directly.
 *
 * @module
 */

import type { ReadBodyOptions } from "./client_body.ts";
import type { ToFileOptions } from "./file_download.ts";
import type { ClientResponse } from "./response.ts";

/**
 * What `client.get` and its like give: a promise of the response, and the ways to read its body
 * without waiting for the response first.
 *
 * @example Either of them
 * ```ts
 * import { Client } from "@avx/client";
 * import { assertEquals } from "@std/assert";
 *
 * const server = Deno.serve({ port: 0, onListen() {} }, () => Response.json({ a: 1 }));
 * const client = new Client({ baseUrl: `http://127.0.0.1:${server.addr.port}` });
 *
 * assertEquals((await client.get("/")).status, 200);
 * assertEquals(await client.get("/").json(), { a: 1 });
 * assertEquals(await client.get("/").text(), '{"a":1}');
 *
 * client.close();
 * await server.shutdown();
 * ```
 */
export class ResponsePromise extends Promise<ClientResponse> {
  /** What `then` gives is an ordinary promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** The promise of a response that another one is of. */
  static of(response: Promise<ClientResponse>): ResponsePromise {
    return new ResponsePromise((resolve) => resolve(response));
  }

  /** The body as JSON. See `ClientBody.json`. */
  async json<T = unknown>(options?: ReadBodyOptions): Promise<T> {
    return await (await this).body.json<T>(options);
  }

  /** The body as text. See `ClientBody.text`. */
  async text(options?: ReadBodyOptions): Promise<string> {
    return await (await this).body.text(options);
  }

  /** The body's bytes. See `ClientBody.bytes`. */
  async bytes(options?: ReadBodyOptions): Promise<Uint8Array<ArrayBuffer>> {
    return await (await this).body.bytes(options);
  }

  /** Writes the body to a file. See `ClientBody.toFile`. */
  async toFile(path: string, options?: ToFileOptions): Promise<number> {
    return await (await this).body.toFile(path, options);
  }

  /** A stream of the body. See `ClientBody.stream`. */
  async stream(): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    return (await this).body.stream();
  }
}
