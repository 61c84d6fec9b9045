/**
 * One look at the regular lines of a field section (RFC 9113 §8.2): what may not be there, and what
 * decides how the message is framed.
 *
 * @module
 */

import { parseContentLength } from "@avx/semantics/framing";

const COLON = 0x3a;

const CONNECTION_SPECIFIC = 1;
const TE = 2;
const CONTENT_LENGTH = 3;
const COOKIE = 4;
const HOST = 5;
const EXPECT = 6;
const PRIORITY = 7;

const KINDS: ReadonlyMap<string, number> = new Map([
  ["connection", CONNECTION_SPECIFIC],
  ["proxy-connection", CONNECTION_SPECIFIC],
  ["keep-alive", CONNECTION_SPECIFIC],
  ["transfer-encoding", CONNECTION_SPECIFIC],
  ["upgrade", CONNECTION_SPECIFIC],
  ["te", TE],
  ["content-length", CONTENT_LENGTH],
  ["cookie", COOKIE],
  ["host", HOST],
  ["expect", EXPECT],
  ["priority", PRIORITY],
]);

/** What the regular lines say. Used again for the next section. */
export class FieldScan {
  /** The regular lines, cookie crumbs joined. */
  lines: string[] = [];
  /** The value of `content-length`; -1 where there is none. */
  contentLength = -1;
  /** The value of `host`. */
  host: string | undefined = undefined;
  /** `expect: 100-continue`. */
  expectsContinue = false;
  /** The value of `priority`, lines joined. */
  priority: string | undefined = undefined;

  #cookieAt = -1;
  #hosts = 0;

  /**
   * Looks at the lines from `start` on. Names and values have been found to be some.
   *
   * @returns What is wrong with them.
   */
  scan(lines: readonly string[], start: number): string | undefined {
    const kept: string[] = [];
    this.lines = kept;
    this.contentLength = -1;
    this.host = undefined;
    this.expectsContinue = false;
    this.priority = undefined;
    this.#cookieAt = -1;
    this.#hosts = 0;
    for (let at = start; at < lines.length; at += 2) {
      const name = lines[at];
      const value = lines[at + 1];
      if (name.charCodeAt(0) === COLON) return "A pseudo-header field follows a regular one";
      const kind = KINDS.get(name);
      if (kind !== undefined) {
        const fault = this.#add(kind, name, value);
        if (fault !== undefined) return fault;
        if (kind === COOKIE && this.#cookieAt !== kept.length) continue;
      }
      kept.push(name, value);
    }
    return undefined;
  }

  #add(kind: number, name: string, value: string): string | undefined {
    switch (kind) {
      case CONNECTION_SPECIFIC:
        // RFC 9113 §8.2.2.
        return `A field that is specific to a connection came: "${name}"`;
      case TE:
        return value.toLowerCase() === "trailers"
          ? undefined
          : "A te field other than trailers came";
      case CONTENT_LENGTH:
        if (this.contentLength >= 0) return "More than one content-length field came";
        this.contentLength = parseContentLength(value);
        return this.contentLength < 0 ? "The content-length field is not a length" : undefined;
      case COOKIE:
        // RFC 9113 §8.2.3: crumbs are put together again before anyone else sees them.
        if (this.#cookieAt < 0) this.#cookieAt = this.lines.length;
        else this.lines[this.#cookieAt + 1] += `; ${value}`;
        return undefined;
      case HOST:
        if (++this.#hosts > 1) return "More than one host field came";
        this.host = value;
        return undefined;
      case EXPECT:
        if (value.toLowerCase() === "100-continue") this.expectsContinue = true;
        return undefined;
      default:
        this.priority = this.priority === undefined ? value : `${this.priority}, ${value}`;
        return undefined;
    }
  }
}

/** Whether a field may not be sent in HTTP/2 at all (RFC 9113 §8.2.2). `name` is in lower case. */
export function isConnectionSpecific(name: string): boolean {
  return KINDS.get(name) === CONNECTION_SPECIFIC;
}
