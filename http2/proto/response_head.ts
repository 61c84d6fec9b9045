/**
 * A response's head as it was received (RFC 9113 §8.3.2), and trailers.
 *
 * @module
 */

import { FieldList } from "@avx/semantics/field-lines";
import type { FieldSection } from "@avx/semantics/field-section";
import type { ResponseHead } from "@avx/semantics/head";
import { FieldScan } from "./field_scan.ts";
import { NO_PSEUDO_HEADERS, readPseudoHeaders, RESPONSE_PSEUDO_HEADERS } from "./pseudo_header.ts";

/** The head of a response, interim or final. There is no reason phrase: `reason` is empty. */
export interface Http2ResponseHead extends ResponseHead {
  /** Whether content may follow. */
  readonly hasBody: boolean;
}

const SCAN = new FieldScan();

/** Reads a response's head; a text is what is wrong with it. */
export function readResponseHead(
  lines: readonly string[],
  hasBody: boolean,
): Http2ResponseHead | string {
  const values: (string | undefined)[] = [];
  const start = readPseudoHeaders(lines, RESPONSE_PSEUDO_HEADERS, values);
  if (typeof start === "string") return start;
  const [text] = values;
  if (text === undefined) return "The response has no :status";
  // RFC 9113 §8.6: there is no 101, and no status below or above the three digits.
  if (!/^[1-9][0-9]{2}$/.test(text) || text === "101") return `The :status is none: "${text}"`;
  const fault = SCAN.scan(lines, start);
  if (fault !== undefined) return fault;
  const status = Number(text);
  if (status < 200 && !hasBody) return "An interim response ends the stream";
  const { contentLength } = SCAN;
  return {
    status,
    reason: "",
    fields: new FieldList(SCAN.lines) as FieldSection,
    contentLength: contentLength >= 0 ? contentLength : undefined,
    hasBody: hasBody && status >= 200,
  };
}

/** Reads trailers; a text is what is wrong with them. */
export function readTrailers(lines: readonly string[]): FieldSection | string {
  const start = readPseudoHeaders(lines, NO_PSEUDO_HEADERS, []);
  if (typeof start === "string") return start;
  const fault = SCAN.scan(lines, start);
  return fault ?? new FieldList(SCAN.lines);
}
