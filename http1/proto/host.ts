/**
 * The shape of a host with an optional port (RFC 9110 §4.2, RFC 3986 §3.2.2).
 *
 * @module
 */

/** 1 for the bytes of a registered name: unreserved, sub-delims and `%`. */
const NAME: Uint8Array = new Uint8Array(256).map((_, code) =>
  isAlphanumeric(code) || "-._~!$&'()*+,;=%".includes(String.fromCharCode(code)) ? 1 : 0
);

/** 1 for the bytes within the brackets of an IP literal; `%` starts a zone. */
const LITERAL: Uint8Array = new Uint8Array(256).map((_, code) =>
  isAlphanumeric(code) || ":.-_~%".includes(String.fromCharCode(code)) ? 1 : 0
);

/**
 * Whether the bytes from `start` to `end` are `uri-host [ ":" port ]`. Nothing at all is one too:
 * what a client sends for a target without an authority (RFC 9112 §3.2).
 */
export function isHost(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  if (at < end && bytes[at] === 0x5b) {
    at++;
    const first = at;
    while (at < end && LITERAL[bytes[at]] === 1) at++;
    if (at === first || at === end || bytes[at] !== 0x5d) return false;
    at++;
  } else {
    while (at < end && NAME[bytes[at]] === 1) at++;
    if (at === start) return at === end;
  }
  if (at === end) return true;
  if (bytes[at] !== 0x3a) return false;
  // RFC 3986 §3.2.3 allows an empty port; above five digits there is none.
  const port = ++at;
  while (at < end && bytes[at] >= 0x30 && bytes[at] <= 0x39) at++;
  return at === end && at - port <= 5;
}

function isAlphanumeric(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a);
}
