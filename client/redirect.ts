/**
 * Where a redirect leads and what goes there (RFC 9110 §15.4, and the Fetch standard's
 * "HTTP-redirect fetch" where the RFC leaves a choice).
 *
 * @module
 */

import { RemoteProtocolError } from "@avx/semantics/errors";

/** What a redirect changes about a request. */
export interface Redirect {
  /** Where it goes now. */
  readonly url: URL;
  /** The method it goes with. */
  readonly method: string;
  /** Whether the body, and the fields that describe it, go along. */
  readonly keepsBody: boolean;
  /** Whether fields with credentials go along: to the same origin only. */
  readonly keepsCredentials: boolean;
}

/** Fields that are meant for one origin and no other. */
export const CREDENTIAL_FIELDS: readonly string[] = Object.freeze([
  "authorization",
  "cookie",
  "host",
  "proxy-authorization",
]);

/** Fields that describe a body (RFC 9110 §15.4, and RFC 9530 for what came of `digest`). */
export const CONTENT_FIELDS: readonly string[] = Object.freeze([
  "content-digest",
  "content-encoding",
  "content-language",
  "content-length",
  "content-location",
  "content-type",
  "digest",
  "last-modified",
  "repr-digest",
  "transfer-encoding",
]);

/** Whether a status asks the client to go elsewhere by itself. */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/**
 * What a redirect asks for.
 *
 * @param status A status for which {@linkcode isRedirect} holds.
 * @param location The `location` field.
 * @throws {RemoteProtocolError} If `location` is no http or https URL, or holds credentials.
 */
export function redirectOf(
  status: number,
  location: string,
  from: { readonly url: URL; readonly method: string },
): Redirect {
  let url: URL;
  try {
    url = new URL(utf8Of(location), from.url);
  } catch (cause) {
    throw new RemoteProtocolError(
      `Cannot follow redirect as its location is no URL: "${location}"`,
      { code: "BAD_REDIRECT", cause },
    );
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new RemoteProtocolError(
      `Cannot follow redirect as it must lead to http or https: current scheme is "${url.protocol}"`,
      { code: "BAD_REDIRECT" },
    );
  }
  if (url.username !== "" || url.password !== "") {
    // No server says who the caller is. The location stays out of the message.
    throw new RemoteProtocolError("Cannot follow redirect as its location holds credentials", {
      code: "BAD_REDIRECT",
    });
  }
  // RFC 9110 §10.2.2: a location without a fragment inherits the one of the URL it came from.
  if (url.hash === "") url.hash = from.url.hash;
  const { method } = from;
  const becomesGet = status === 303
    ? method !== "GET" && method !== "HEAD"
    : (status === 301 || status === 302) && method === "POST";
  return {
    url,
    method: becomesGet ? "GET" : method,
    keepsBody: !becomesGet,
    keepsCredentials: url.origin === from.url.origin,
  };
}

/**
 * A field is read a character a byte. A location must be ASCII (RFC 9110 §10.2.2), but many servers
 * write UTF-8, and browsers take it for that.
 */
function utf8Of(location: string): string {
  if (/^[\0-\x7f]*$/.test(location)) return location;
  const bytes = new Uint8Array(location.length);
  for (let at = 0; at < location.length; at++) {
    const code = location.charCodeAt(at);
    if (code > 0xff) return location; // an interceptor's, not a field's
    bytes[at] = code;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return location;
  }
}
