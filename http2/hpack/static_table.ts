/**
 * The 61 fields that both sides know from the start (RFC 7541, appendix A).
 *
 * @module
 */

// deno-fmt-ignore
const FIELDS: readonly string[] = [
  ":authority", "", ":method", "GET", ":method", "POST", ":path", "/", ":path", "/index.html",
  ":scheme", "http", ":scheme", "https", ":status", "200", ":status", "204", ":status", "206",
  ":status", "304", ":status", "400", ":status", "404", ":status", "500", "accept-charset", "",
  "accept-encoding", "gzip, deflate", "accept-language", "", "accept-ranges", "", "accept", "",
  "access-control-allow-origin", "", "age", "", "allow", "", "authorization", "",
  "cache-control", "", "content-disposition", "", "content-encoding", "", "content-language", "",
  "content-length", "", "content-location", "", "content-range", "", "content-type", "",
  "cookie", "", "date", "", "etag", "", "expect", "", "expires", "", "from", "", "host", "",
  "if-match", "", "if-modified-since", "", "if-none-match", "", "if-range", "",
  "if-unmodified-since", "", "last-modified", "", "link", "", "location", "", "max-forwards", "",
  "proxy-authenticate", "", "proxy-authorization", "", "range", "", "referer", "", "refresh", "",
  "retry-after", "", "server", "", "set-cookie", "", "strict-transport-security", "",
  "transfer-encoding", "", "user-agent", "", "vary", "", "via", "", "www-authenticate", "",
];

/** The highest index of the static table; the dynamic one begins behind it. */
export const STATIC_COUNT = 61;

/** The name of each index. Index 0 is not used: there it is empty. */
export const STATIC_NAMES: readonly string[] = ["", ...FIELDS.filter((_, at) => at % 2 === 0)];

/** The value of each index; empty where the table has only the name. */
export const STATIC_VALUES: readonly string[] = ["", ...FIELDS.filter((_, at) => at % 2 === 1)];

/** The first index of each name. */
export const STATIC_INDEX: ReadonlyMap<string, number> = new Map(
  // From the back, so that the first one stays.
  STATIC_NAMES.map((name, index) => [name, index] as const).slice(1).reverse(),
);
