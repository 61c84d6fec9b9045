/**
 * A `Response` that remembers what it was made from.
 *
 * A native response does not tell whether its body is a constant or a stream, so a server can only
 * read it through a stream, which takes 1 to 2 µs, or look below its documented face. This class is
 * a real `Response` in every respect and keeps its constant body beside, so that a driver can send
 * it at once.
 *
 * @module
 */

import { hasField } from "../field_lines.ts";
import type { FieldLines } from "../field_section.ts";
import { headerLines } from "./header_lines.ts";
import type { OutgoingBody, ResponseParts } from "./response_parts.ts";

/** The platform's own class, whatever `globalThis.Response` may become. */
export const NativeResponse: typeof Response = globalThis.Response;

const TEXT_TYPE = "text/plain;charset=UTF-8";
const FORM_TYPE = "application/x-www-form-urlencoded;charset=UTF-8";

/**
 * A `Response` on the fast lane: the same class to everyone who looks at it, and cheap to send
 * as long as nobody has touched its body or changed its headers.
 *
 * @example Used like the platform's own
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { FastResponse } from "@avx/semantics/web";
 *
 * const response = new FastResponse("hello", { status: 201, headers: { "x-id": "7" } });
 * assertEquals(response instanceof Response, true);
 * assertEquals(response.headers.get("content-type"), "text/plain;charset=UTF-8");
 * assertEquals(await response.text(), "hello");
 * ```
 *
 * @see {@link https://fetch.spec.whatwg.org/#response-class | Fetch §5.5}
 */
export class FastResponse extends Response {
  #lines: FieldLines | undefined;
  #body: string | Uint8Array | undefined;
  /** Whether `#body` still is what would be read from the native body. */
  #whole: boolean;

  /**
   * Makes a response.
   *
   * @param body As for `Response`.
   * @param init As for `Response`.
   * @throws {TypeError} If a header name or value is invalid.
   * @throws {RangeError} If the status is not within 200–599.
   */
  constructor(body?: BodyInit | null, init?: ResponseInit) {
    super(body, init);
    const constant = constantBody(body);
    this.#whole = constant !== NOT_CONSTANT;
    if (!this.#whole) return;
    this.#body = constant as string | Uint8Array | undefined;
    const headers = init?.headers;
    // A Headers object can be changed behind our back, and its native copy is at hand.
    if (headers instanceof Headers) return;
    let lines = headerLines(headers);
    const type = typeof body === "string"
      ? TEXT_TYPE
      : body instanceof URLSearchParams
      ? FORM_TYPE
      : undefined;
    if (type !== undefined && !hasField(lines, "content-type")) {
      lines = lines.length === 0 ? TYPE_LINES[type] : [...lines, "content-type", type];
    }
    this.#lines = lines;
  }

  /** The header section. Whoever looks at it may change it, so it is read again when the response is sent. */
  override get headers(): Headers {
    // Whoever holds the object can change it at any time.
    this.#lines = undefined;
    return super.headers;
  }

  /** The body as a stream. To ask for it takes the response off the fast lane. */
  override get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    this.#whole = false;
    return super.body;
  }

  /** Reads the body into a buffer. */
  override arrayBuffer(): Promise<ArrayBuffer> {
    this.#whole = false;
    return super.arrayBuffer();
  }

  /** Reads the body into a blob of the response's type. */
  override blob(): Promise<Blob> {
    this.#whole = false;
    return super.blob();
  }

  /** Reads the body into bytes. */
  override bytes(): Promise<Uint8Array<ArrayBuffer>> {
    this.#whole = false;
    return super.bytes();
  }

  /** Reads the body as a form. */
  override formData(): Promise<FormData> {
    this.#whole = false;
    return super.formData();
  }

  /** Reads the body as JSON. */
  // deno-lint-ignore no-explicit-any -- the platform's own signature
  override json(): Promise<any> {
    this.#whole = false;
    return super.json();
  }

  /** Reads the body as text. */
  override text(): Promise<string> {
    this.#whole = false;
    return super.text();
  }

  /** A platform response that was made elsewhere is a response too. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return NativeResponse[Symbol.hasInstance].call(
      this === FastResponse ? NativeResponse : this,
      value,
    );
  }

  /**
   * Takes a response of this class apart; for drivers.
   *
   * @param response Any object.
   * @returns Its parts, or `undefined` where it is not of this class or no longer constant.
   */
  static parts(response: object): ResponseParts | undefined {
    if (!(#whole in response) || !response.#whole) return undefined;
    const lines = response.#lines ?? nativeLines(response);
    const { status, statusText } = response;
    return { status, statusText, lines, body: response.#body, upgrade: undefined };
  }
}

/**
 * Makes the fast class the platform's `Response`, so that every framework in this process answers
 * on the fast lane. Idempotent.
 *
 * @example The global is replaced and can be put back
 * ```ts
 * import { assert, assertStrictEquals } from "@std/assert";
 * import { FastResponse, installFastResponse } from "@avx/semantics/web";
 *
 * const restore = installFastResponse();
 * assertStrictEquals(globalThis.Response as unknown, FastResponse);
 * assert(Response.json({ ok: true }) instanceof Response);
 * restore();
 * ```
 *
 * @returns A function that puts the platform's own class back.
 */
export function installFastResponse(): () => void {
  globalThis.Response = FastResponse;
  return () => {
    globalThis.Response = NativeResponse;
  };
}

/** The header section of a response that only its `Headers` object knows. */
export function nativeLines(response: Response): FieldLines {
  return headerLines(NATIVE_HEADERS.call(response));
}

// The accessor that FastResponse overrides, taken once.
const NATIVE_HEADERS: (this: Response) => Headers = Object.getOwnPropertyDescriptor(
  NativeResponse.prototype,
  "headers",
)!.get as (this: Response) => Headers;

const TYPE_LINES: Record<string, FieldLines> = {
  [TEXT_TYPE]: Object.freeze(["content-type", TEXT_TYPE]),
  [FORM_TYPE]: Object.freeze(["content-type", FORM_TYPE]),
};

const NOT_CONSTANT = Symbol("not constant");

/** What can be remembered of a body. Bytes are copied, as the platform does: theirs may change. */
function constantBody(
  body: BodyInit | null | undefined,
): OutgoingBody | typeof NOT_CONSTANT {
  if (typeof body === "string") return body;
  if (body === null || body === undefined) return undefined;
  if (body instanceof Uint8Array) return (body as Uint8Array).slice();
  if (body instanceof ArrayBuffer) return new Uint8Array(body.slice(0));
  if (body instanceof URLSearchParams) return body.toString();
  return NOT_CONSTANT;
}
