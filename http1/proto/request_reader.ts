/**
 * From a parsed head to a request that may be handed over, or the reason why not.
 *
 * @module
 */

import { requestFraming } from "./body_framing.ts";
import type { Failed } from "./events.ts";
import { failed } from "./failure.ts";
import type { HeadParser } from "./head_parser.ts";
import { ParsedRequest } from "./parsed_request.ts";
import { authorityOf, methodOf, targetOf } from "./request_line.ts";

/**
 * Takes the request that `parser` has found complete at `start` of `bytes`.
 *
 * @param lastTarget The target of the request before: an equal one is the same string.
 */
export function readRequest(
  parser: HeadParser,
  bytes: Uint8Array,
  start: number,
  lastTarget: string,
  maxBodyBytes: number,
): ParsedRequest | Failed {
  const { framing } = parser;
  const targetAt = start + parser.methodEnd + 1;
  const targetEnd = start + parser.targetEnd;
  const method = methodOf(bytes, start + parser.methodStart, targetAt - 1);
  // RFC 9112 §3.2: a 1.1 request without Host is answered with 400, whatever its target is.
  if (framing.hosts === 0 && parser.minorVersion === 1) {
    return failed("BAD_HOST", "There is no Host field");
  }
  if (bytes[targetAt] !== 0x2f || method === "CONNECT") {
    const authority = authorityOf(bytes, targetAt, targetEnd, method);
    if (typeof authority === "string") return failed("BAD_TARGET", authority);
    if (authority !== undefined) {
      // RFC 9112 §3.2.2: what Host says is ignored.
      framing.hosts = 1;
      framing.hostStart = authority.start - start;
      framing.hostEnd = authority.end - start;
    }
  }
  if (framing.expectsOther && parser.minorVersion === 1) {
    return failed("EXPECTATION_FAILED", "Something else than 100-continue is expected");
  }
  const length = requestFraming(framing, parser.minorVersion, maxBodyBytes);
  if (typeof length !== "number") return length;
  const target = targetOf(bytes, targetAt, targetEnd, lastTarget);
  return new ParsedRequest(method, target, length, parser, bytes, start);
}
