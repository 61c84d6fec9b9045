/**
 * Exchanges that were recorded, in a form that can be written to a file.
 *
 * @module
 */

import { decodeUtf8, encodeUtf8 } from "@avx/runtime/ascii";
import { decodeBase64, encodeBase64 } from "@avx/semantics/base64";

/** A body in JSON: as text where it is UTF-8, else as base64. */
export type RecordedBody = { readonly text: string } | { readonly base64: string };

/** A request as it was recorded. */
export interface RecordedRequest {
  /** The method. */
  readonly method: string;
  /** The URL, without a fragment. */
  readonly url: string;
  /** Field lines. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The body; absent where there was none, or it was a stream, a file or a multipart form. */
  readonly body?: RecordedBody;
}

/** A response as it was recorded. */
export interface RecordedResponse {
  /** The status code. */
  readonly status: number;
  /** The reason phrase. */
  readonly statusText: string;
  /** Field lines. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The body; absent where it was empty. */
  readonly body?: RecordedBody;
}

/** A request and its response. */
export interface RecordedExchange {
  /** What was asked. */
  readonly request: RecordedRequest;
  /** What was answered. */
  readonly response: RecordedResponse;
}

/** What a recording is in JSON. */
export interface RecordingJson {
  /** The version of this form. */
  readonly version: 1;
  /** The exchanges, in the order their responses came. */
  readonly exchanges: readonly RecordedExchange[];
}

/**
 * A list of exchanges.
 *
 * @example There and back
 * ```ts
 * import { Recording } from "@avx/client";
 * import { assertEquals } from "@std/assert";
 *
 * const recording = new Recording();
 * recording.exchanges.push({
 *   request: { method: "GET", url: "https://a.example/", headers: [] },
 *   response: { status: 200, statusText: "OK", headers: [], body: { text: "hello" } },
 * });
 * const copy = Recording.parse(JSON.stringify(recording));
 * assertEquals(copy.exchanges, recording.exchanges);
 * ```
 */
export class Recording {
  /** The exchanges, in the order their responses came. */
  readonly exchanges: RecordedExchange[];

  /** Makes one of exchanges, or an empty one. */
  constructor(exchanges: readonly RecordedExchange[] = []) {
    this.exchanges = [...exchanges];
  }

  /**
   * Reads one from JSON.
   *
   * @throws {SyntaxError} If it is no JSON.
   * @throws {TypeError} If it is no recording.
   */
  static parse(text: string): Recording {
    const json: Partial<RecordingJson> | null = JSON.parse(text);
    if (json?.version !== 1 || !Array.isArray(json.exchanges)) {
      throw new TypeError("Cannot read recording as it must be of version 1 and have exchanges");
    }
    return new Recording(json.exchanges);
  }

  /** What `JSON.stringify` makes text of. */
  toJSON(): RecordingJson {
    return { version: 1, exchanges: this.exchanges };
  }
}

/** Bytes as they are recorded; `undefined` where there are none. */
export function recordedBody(bytes: Uint8Array): RecordedBody | undefined {
  if (bytes.length === 0) return undefined;
  const text = decodeUtf8(bytes);
  // Decoding replaces what is not UTF-8 and drops a mark at the beginning: then it is no text.
  const again = encodeUtf8(text);
  const isText = again.length === bytes.length && again.every((byte, at) => byte === bytes[at]);
  return isText ? { text } : { base64: encodeBase64(bytes) };
}

/**
 * The bytes of a recorded body.
 *
 * @throws {TypeError} If its base64 is malformed.
 */
export function bytesOfRecorded(body: RecordedBody | undefined): Uint8Array {
  if (body === undefined) return new Uint8Array(0);
  if ("text" in body) return encodeUtf8(body.text);
  const bytes = decodeBase64(body.base64);
  if (bytes === undefined) throw new TypeError("Cannot replay body as its base64 is malformed");
  return bytes;
}
