/**
 * The `Set-Cookie` field (RFC 6265bis §4.1, §5.6).
 *
 * @module
 */

import { isToken } from "@avx/runtime/ascii";
import { formatDate } from "../date.ts";
import { trimWhitespace } from "../field_value.ts";
import { parseCookieDate } from "./cookie_date.ts";
import { MAX_COOKIE_ATTRIBUTE_BYTES, MAX_COOKIE_BYTES } from "./limits.ts";
import { namePrefix } from "./name_prefix.ts";

/** With which requests of other sites a cookie goes along (RFC 6265bis §5.6.7). */
export type SameSite = "strict" | "lax" | "none";

/** A cookie as a server sets it. An attribute that is `undefined` is not there. */
export interface SetCookie {
  /** The name, which may be empty. */
  readonly name: string;
  /** The value, quotes included where it has some. */
  readonly value: string;
  /** When it expires, in milliseconds since 1970. */
  readonly expiresMs?: number;
  /** In how many seconds it expires; 0 and less is at once. Wins over {@linkcode expiresMs}. */
  readonly maxAge?: number;
  /** The domain for all of whose hosts it is, in lower case and without a leading dot. */
  readonly domain?: string;
  /** The path below which it is sent. An empty one stands for the default path. */
  readonly path?: string;
  /** Whether it is sent over secure connections only. */
  readonly secure?: boolean;
  /** Whether it is kept from scripts. */
  readonly httpOnly?: boolean;
  /** With which requests of other sites it goes along. */
  readonly sameSite?: SameSite;
  /** Whether each top-level site has one of its own (CHIPS). */
  readonly partitioned?: boolean;
}

/**
 * Reads one line of `Set-Cookie` as browsers do: forgiving, but not of control characters and of
 * sizes beyond {@linkcode MAX_COOKIE_BYTES}. Of an attribute that repeats, the last one counts.
 *
 * @param line The field value, one character for each byte.
 * @returns `undefined` if the line is to be ignored as a whole.
 *
 * @example A session's cookie
 * ```ts
 * import { parseSetCookie } from "@avx/semantics/cookies";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseSetCookie("id=31d4; Path=/; Secure; HttpOnly; Max-Age=3600"), {
 *   name: "id",
 *   value: "31d4",
 *   path: "/",
 *   secure: true,
 *   httpOnly: true,
 *   maxAge: 3600,
 * });
 * assertEquals(parseSetCookie("id=1\u0000"), undefined);
 * ```
 */
export function parseSetCookie(line: string): SetCookie | undefined {
  if (hasControl(line)) return undefined;
  const end = line.indexOf(";");
  const pair = end === -1 ? line : line.slice(0, end);
  const equals = pair.indexOf("=");
  const name = trimWhitespace(pair.slice(0, Math.max(0, equals)));
  const value = trimWhitespace(pair.slice(equals + 1));
  if (name.length + value.length > MAX_COOKIE_BYTES || name === "" && value === "") {
    return undefined;
  }
  const cookie: Writable<SetCookie> = { name, value };
  for (let at = end; at !== -1;) {
    const next = line.indexOf(";", at + 1);
    readAttribute(cookie, next === -1 ? line.slice(at + 1) : line.slice(at + 1, next));
    at = next;
  }
  return cookie;
}

/**
 * Writes a line of `Set-Cookie`, strictly as servers should (RFC 6265bis §4.1.1).
 *
 * @throws {TypeError} If the name is no token, the value, path or domain holds what it must not, or a
 *   name's prefix or `SameSite=None` asks for an attribute that is missing.
 * @throws {RangeError} If it is too large to be kept, or a number is not whole.
 *
 * @example A cookie that only its own host gets
 * ```ts
 * import { formatSetCookie } from "@avx/semantics/cookies";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   formatSetCookie({ name: "__Host-id", value: "31d4", path: "/", secure: true, maxAge: 3600 }),
 *   "__Host-id=31d4; Max-Age=3600; Path=/; Secure",
 * );
 * ```
 */
export function formatSetCookie(cookie: SetCookie): string {
  const { name, value, expiresMs, maxAge, domain, path, sameSite } = cookie;
  validate(cookie);
  let line = `${name}=${value}`;
  if (expiresMs !== undefined) line += `; Expires=${formatDate(expiresMs)}`;
  if (maxAge !== undefined) line += `; Max-Age=${maxAge}`;
  if (domain !== undefined) line += `; Domain=${domain}`;
  if (path !== undefined) line += `; Path=${path}`;
  if (cookie.secure === true) line += "; Secure";
  if (cookie.httpOnly === true) line += "; HttpOnly";
  if (sameSite !== undefined) line += `; SameSite=${SAME_SITE_NAMES[sameSite]}`;
  if (cookie.partitioned === true) line += "; Partitioned";
  return line;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

const SAME_SITE_NAMES: Readonly<Record<SameSite, string>> = {
  strict: "Strict",
  lax: "Lax",
  none: "None",
};

/** Printable ASCII but white space, `"`, `,`, `;` and `\`; perhaps all of it within quotes. */
const VALUE = /^(?:"[!#-+\--:<-[\]-~]*"|[!#-+\--:<-[\]-~]*)$/;
const PATH = /^\/[\x20-\x3a\x3c-\x7e]*$/;
const DOMAIN = /^\.?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i;

/** Whether there is a control character other than the tab, which ends nothing and hides nothing. */
export function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 && code !== 0x09 || code === 0x7f) return true;
  }
  return false;
}

function readAttribute(cookie: Writable<SetCookie>, text: string): void {
  const equals = text.indexOf("=");
  const name = trimWhitespace(equals === -1 ? text : text.slice(0, equals)).toLowerCase();
  const value = equals === -1 ? "" : trimWhitespace(text.slice(equals + 1));
  if (value.length > MAX_COOKIE_ATTRIBUTE_BYTES) return;
  switch (name) {
    case "expires":
      return readExpires(cookie, value);
    case "max-age":
      return readMaxAge(cookie, value);
    case "domain":
      cookie.domain = (value.startsWith(".") ? value.slice(1) : value).toLowerCase();
      return;
    case "path":
      cookie.path = value.startsWith("/") ? value : "";
      return;
    case "secure":
      cookie.secure = true;
      return;
    case "httponly":
      cookie.httpOnly = true;
      return;
    case "samesite":
      cookie.sameSite = sameSiteOf(value.toLowerCase());
      return;
    case "partitioned":
      cookie.partitioned = true;
  }
}

function readExpires(cookie: Writable<SetCookie>, value: string): void {
  const expiresMs = parseCookieDate(value);
  if (expiresMs !== undefined) cookie.expiresMs = expiresMs;
}

function readMaxAge(cookie: Writable<SetCookie>, value: string): void {
  if (/^-?\d+$/.test(value)) cookie.maxAge = Number(value);
}

function sameSiteOf(value: string): SameSite | undefined {
  return value === "strict" || value === "lax" || value === "none" ? value : undefined;
}

function validate(cookie: SetCookie): void {
  const { name, value, maxAge, domain, path } = cookie;
  if (!isToken(name)) throw invalid("its name must be a token", name);
  // The value may be a secret, so that it is not shown.
  if (!VALUE.test(value)) {
    throw new TypeError(
      `Cannot set cookie "${name}" as its value holds white space or one of ",;\\, or is not ASCII`,
    );
  }
  if (name.length + value.length > MAX_COOKIE_BYTES) {
    throw new RangeError(
      `Cannot set cookie "${name}" as name and value must have ${MAX_COOKIE_BYTES} bytes at most: ` +
        `current size is ${name.length + value.length}`,
    );
  }
  if (maxAge !== undefined && !Number.isSafeInteger(maxAge)) {
    throw new RangeError(
      `Cannot set cookie "${name}" as maxAge must be whole seconds: current value is ${maxAge}`,
    );
  }
  if (domain !== undefined && !(DOMAIN.test(domain) && isAttribute(domain))) {
    throw invalid("its domain must be the name of a host", domain);
  }
  if (path !== undefined && !(PATH.test(path) && isAttribute(path))) {
    throw invalid('its path must start with "/" and hold neither ";" nor controls', path);
  }
  validateSecurity(cookie);
}

function isAttribute(value: string): boolean {
  return value.length <= MAX_COOKIE_ATTRIBUTE_BYTES;
}

// What a browser would silently throw away is the caller's mistake here.
function validateSecurity({ name, secure, domain, path, sameSite, partitioned }: SetCookie): void {
  const prefix = namePrefix(name);
  if (secure !== true) {
    const needs = prefix !== undefined || sameSite === "none" || partitioned === true;
    if (needs) throw invalid("its prefix, SameSite=None or Partitioned needs Secure", name);
  }
  if (prefix === "__host-" && (domain !== undefined || path !== "/")) {
    throw invalid('its prefix needs the path "/" and no domain', name);
  }
}

function invalid(why: string, value: string): TypeError {
  return new TypeError(`Cannot set cookie as ${why}: current value is ${JSON.stringify(value)}`);
}
