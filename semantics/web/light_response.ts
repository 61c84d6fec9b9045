/**
 * Responses that become a Web object only when somebody looks at them.
 *
 * @module
 */

import { FastResponse, NativeResponse } from "./fast_response.ts";
import { headerLines } from "./header_lines.ts";
import type { ResponseParts } from "./response_parts.ts";

/**
 * A `Response` to every observer (`instanceof`, all members) that costs a few nanoseconds: the
 * native object behind it is made at the first look. Only the platform's own brand checks
 * (`caches.put`, a return to `Deno.serve`) see the difference.
 *
 * @example What a driver sees of it
 * ```ts
 * import { LightResponse, text } from "@avx/semantics/web";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(LightResponse.parts(text("hello"))?.body, "hello");
 * assertEquals(LightResponse.parts(new Response("hello")), undefined);
 * ```
 */
export class LightResponse {
  #parts: ResponseParts;
  #headers: Headers | undefined;
  #native: Response | undefined;

  /** Wraps `parts`; the builders of this module make them. */
  constructor(parts: ResponseParts) {
    this.#parts = parts;
  }

  /**
   * Takes a response of this class apart; for drivers.
   *
   * @param response Any object.
   * @returns Its parts, or `undefined` where it is not of this class.
   */
  static parts(response: object): ResponseParts | undefined {
    if (!(#parts in response)) return undefined;
    const parts = response.#parts;
    if (response.#native !== undefined) {
      const { status, statusText, upgrade } = parts;
      const body = response.#native.body ?? undefined;
      return { status, statusText, lines: headerLines(response.headers), body, upgrade };
    }
    // The Headers object was handed out, so it may say something else by now.
    if (response.#headers !== undefined) {
      return { ...parts, lines: headerLines(response.#headers) };
    }
    return parts;
  }

  /** The native object behind this one. */
  get #materialized(): Response {
    if (this.#native === undefined) {
      const { status, statusText, body } = this.#parts;
      const headers = this.headers;
      // The platform refuses to construct 1xx and gives `null` bodies to 204 and 304.
      const nullBody = status < 200 || status === 204 || status === 205 || status === 304;
      this.#native = new NativeResponse(nullBody ? null : body as BodyInit | undefined, {
        status: status < 200 ? 200 : status,
        statusText,
        headers,
      });
    }
    return this.#native;
  }

  /** As in `Response`. */
  get status(): number {
    return this.#parts.status;
  }

  /** As in `Response`. */
  get statusText(): string {
    return this.#parts.statusText;
  }

  /** As in `Response`. */
  get ok(): boolean {
    const { status } = this.#parts;
    return status >= 200 && status <= 299;
  }

  /** As in `Response`. */
  get headers(): Headers {
    if (this.#headers === undefined) {
      const { lines } = this.#parts;
      const headers = new Headers();
      for (let i = 0; i < lines.length; i += 2) headers.append(lines[i], lines[i + 1]);
      this.#headers = headers;
    }
    return this.#headers;
  }

  /** As in `Response`. */
  get body(): ReadableStream<Uint8Array> | null {
    return this.#materialized.body;
  }

  /** As in `Response`. */
  get bodyUsed(): boolean {
    return this.#native === undefined ? false : this.#native.bodyUsed;
  }

  /** As in `Response`; a response that was made here was not redirected. */
  get redirected(): boolean {
    return false;
  }

  /** As in `Response`. */
  get type(): ResponseType {
    return "default";
  }

  /** As in `Response`; empty as this response did not come from anywhere. */
  get url(): string {
    return "";
  }

  /** As in `Response`. */
  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#materialized.arrayBuffer();
  }

  /** As in `Response`. */
  blob(): Promise<Blob> {
    return this.#materialized.blob();
  }

  /** As in `Response`. */
  bytes(): Promise<Uint8Array> {
    return this.#materialized.bytes();
  }

  /** As in `Response`. */
  clone(): Response {
    return this.#materialized.clone();
  }

  /** As in `Response`. */
  formData(): Promise<FormData> {
    return this.#materialized.formData();
  }

  /** As in `Response`. */
  json(): Promise<unknown> {
    return this.#materialized.json();
  }

  /** As in `Response`. */
  text(): Promise<string> {
    return this.#materialized.text();
  }
}

// To `instanceof` a light response is a Response, of the platform's class and of our own.
Object.setPrototypeOf(LightResponse.prototype, FastResponse.prototype);

/**
 * The same object, typed as what it stands for.
 *
 * @example A response from its parts
 * ```ts
 * import { lightResponse } from "@avx/semantics/web";
 * import { assertEquals } from "@std/assert";
 *
 * const response = lightResponse({
 *   status: 200,
 *   statusText: "",
 *   lines: ["x-a", "1"],
 *   body: "hello",
 *   upgrade: undefined,
 * });
 * assertEquals(response instanceof Response, true);
 * assertEquals(response.headers.get("x-a"), "1");
 * assertEquals(await response.text(), "hello");
 * ```
 */
export function lightResponse(parts: ResponseParts): Response {
  return new LightResponse(parts) as unknown as Response;
}
