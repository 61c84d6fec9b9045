/**
 * Where requests go.
 *
 * @module
 */

/** A scheme, a host and a port (RFC 6454 §4). */
export interface Origin {
  /** `https://example.com:443`: the same for the same origin. */
  readonly key: string;
  /** Whether it is reached over TLS. */
  readonly encrypted: boolean;
  /** The host's name or address, an IPv6 address without brackets. */
  readonly hostname: string;
  /** The port. */
  readonly port: number;
  /** What the `host` field holds: the port only where it is not the scheme's own. */
  readonly authority: string;
}

/**
 * The origin of a URL.
 *
 * @throws {TypeError} If the URL's scheme is neither `http` nor `https`, or it holds credentials.
 */
export function originOf(url: URL): Origin {
  const encrypted = url.protocol === "https:";
  if (!encrypted && url.protocol !== "http:") {
    throw new TypeError(
      `Cannot send request as the URL must be http or https: current scheme is "${url.protocol}"`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new TypeError("Cannot send request as its URL must not hold credentials");
  }
  const { hostname } = url;
  const port = url.port === "" ? (encrypted ? 443 : 80) : Number(url.port);
  return {
    key: `${url.protocol}//${hostname}:${port}`,
    encrypted,
    hostname: hostname.startsWith("[") ? hostname.slice(1, -1) : hostname,
    port,
    authority: url.host,
  };
}
