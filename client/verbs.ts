/**
 * The methods of HTTP as methods.
 *
 * @module
 */

import type { RequestOptions } from "./request.ts";
import type { ClientResponse } from "./response.ts";
import { ResponsePromise } from "./response_promise.ts";

/** What a request says beside its URL and its method. */
export type VerbOptions = Omit<RequestOptions, "method">;

/**
 * A short way to each method for whoever can send requests.
 *
 * @example Posting JSON and reading JSON
 * ```ts
 * import { Client } from "@avx/client";
 * import { assertEquals } from "@std/assert";
 *
 * const server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
 *   const { name } = await request.json();
 *   return Response.json({ hello: name });
 * });
 * const client = new Client({ baseUrl: `http://127.0.0.1:${server.addr.port}` });
 *
 * const answer = await client.post("/", { json: { name: "Ana" }, throwOnStatus: true }).json();
 * assertEquals(answer, { hello: "Ana" });
 *
 * client.close();
 * await server.shutdown();
 * ```
 */
export abstract class Verbs {
  /** Sends a request. */
  abstract request(url: string | URL, options?: RequestOptions): Promise<ClientResponse>;

  /** Sends a GET request. */
  get(url: string | URL, options?: VerbOptions): ResponsePromise {
    return this.#send("GET", url, options);
  }

  /** Sends a HEAD request. */
  head(url: string | URL, options?: VerbOptions): ResponsePromise {
    return this.#send("HEAD", url, options);
  }

  /** Sends a POST request. */
  post(url: string | URL, options?: VerbOptions): ResponsePromise {
    return this.#send("POST", url, options);
  }

  /** Sends a PUT request. */
  put(url: string | URL, options?: VerbOptions): ResponsePromise {
    return this.#send("PUT", url, options);
  }

  /** Sends a PATCH request. */
  patch(url: string | URL, options?: VerbOptions): ResponsePromise {
    return this.#send("PATCH", url, options);
  }

  /** Sends a DELETE request. */
  delete(url: string | URL, options?: VerbOptions): ResponsePromise {
    return this.#send("DELETE", url, options);
  }

  #send(method: string, url: string | URL, options: VerbOptions | undefined): ResponsePromise {
    return ResponsePromise.of(this.request(url, { ...options, method }));
  }
}
