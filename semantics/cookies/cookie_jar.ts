/**
 * A jar of cookies (RFC 6265bis §5.7, §5.8).
 *
 * @module
 */

import { formatCookieField } from "./cookie_field.ts";
import { domainMatches, enclosingDomains, pathMatches } from "./cookie_scope.ts";
import { type CookieJarData, cookiesFromData } from "./jar_data.ts";
import { type CookieLimits, cookieLimits } from "./limits.ts";
import { parseSetCookie, type SetCookie } from "./set_cookie.ts";
import {
  type CookieContext,
  type CookieLocation,
  type CookieRefusal,
  type CookieRules,
  isSecure,
  mayBeSent,
  storableCookie,
  type StoredCookie,
} from "./stored_cookie.ts";

/** What a jar can be told. Everything has a default. */
export interface CookieJarOptions {
  /**
   * Whether everybody can register a name below a domain, so that no cookie is for all of it: the
   * public suffix list, which changes every week and is not part of this package. `tldts` and `psl`
   * on npm keep it. It is asked with names in lower case.
   *
   * Without it only names of one label (`com`, not `co.uk`) count as such: enough where all servers
   * are trusted, not for a browser.
   *
   * @default {(domain) => !domain.includes(".")}
   */
  readonly isPublicSuffix?: (domain: string) => boolean;
  /** How many cookies are kept and for how long. */
  readonly limits?: Partial<CookieLimits>;
  /**
   * Whether `localhost`, 127.0.0.0/8 and ::1 count as secure, as they do in browsers.
   *
   * @default {true}
   */
  readonly trustLoopback?: boolean;
}

/** What became of a cookie: kept, removed because it has expired, or refused. */
export type CookieOutcome = "stored" | "expired" | CookieRefusal;

/**
 * Keeps the cookies that servers set, and says which of them go with a request. It knows no clock:
 * the time is an argument everywhere, in milliseconds since 1970.
 *
 * @example From a response to the next request
 * ```ts
 * import { CookieJar } from "@avx/semantics/cookies";
 * import { assertEquals } from "@std/assert";
 *
 * const jar = new CookieJar();
 * const now = Date.UTC(2026, 0);
 * const url = new URL("https://www.a.example/docs/page");
 * jar.set("lang=en; Domain=a.example; Path=/; Max-Age=60", url, now);
 * jar.set("id=31d4; HttpOnly", url, now);
 *
 * assertEquals(jar.cookieField(url, now), "id=31d4; lang=en");
 * assertEquals(jar.cookieField(new URL("https://b.a.example/"), now), "lang=en");
 * assertEquals(jar.cookieField(url, now + 60_000), "id=31d4");
 * ```
 */
export class CookieJar {
  readonly #rules: CookieRules;
  readonly #limits: CookieLimits;
  /** By domain, then by what makes a cookie another one. */
  readonly #domains = new Map<string, Map<string, Entry>>();
  #size = 0;
  #order = 0;

  /**
   * Makes an empty jar.
   *
   * @throws {RangeError} If a limit is not positive.
   */
  constructor(options: CookieJarOptions = {}) {
    const { isPublicSuffix = isTopLevel, trustLoopback = true } = options;
    this.#limits = cookieLimits(options.limits);
    const { maxCookieAgeMs } = this.#limits;
    this.#rules = { isPublicSuffix, trustLoopback, maxCookieAgeMs };
  }

  /**
   * Makes a jar of what {@linkcode toJSON} gave. What has become a public suffix since is left out.
   *
   * @param data What `JSON.parse` returned.
   * @param options As for a new jar; functions are not part of the data.
   * @throws {TypeError} If it is no such data.
   *
   * @example Kept in a file
   * ```ts
   * import { CookieJar } from "@avx/semantics/cookies";
   * import { assertEquals } from "@std/assert";
   *
   * const url = new URL("https://a.example/");
   * const jar = new CookieJar();
   * jar.set("id=1", url, 0);
   * const text = JSON.stringify(jar);
   *
   * assertEquals(CookieJar.fromJSON(JSON.parse(text)).cookieField(url, 1), "id=1");
   * ```
   */
  static fromJSON(data: unknown, options?: CookieJarOptions): CookieJar {
    const jar = new CookieJar(options);
    for (const cookie of cookiesFromData(data)) {
      if (!cookie.hostOnly && jar.#rules.isPublicSuffix(cookie.domain)) continue;
      jar.#insert(cookie, cookie.usedMs);
    }
    return jar;
  }

  /** How many cookies there are, those that have expired unnoticed included. */
  get size(): number {
    return this.#size;
  }

  /**
   * Sets a cookie, as a response from `location` asks for.
   *
   * @param cookie A line of `Set-Cookie`, or what it says.
   * @param nowMs Milliseconds since 1970.
   * @returns What became of it. A cookie that is refused is not an error: servers set many.
   */
  set(
    cookie: string | SetCookie,
    location: CookieLocation,
    nowMs: number,
    context: CookieContext = {},
  ): CookieOutcome {
    const set = typeof cookie === "string" ? parseSetCookie(cookie) : cookie;
    if (set === undefined) return "malformed";
    const made = storableCookie(set, location, context, nowMs, this.#rules);
    if (typeof made === "string") return made;
    if (!made.secure && !isSecure(location, this.#rules) && this.#hidesSecure(made)) {
      return "insecure";
    }
    const old = this.#domains.get(made.domain)?.get(keyOf(made))?.cookie;
    if (old?.httpOnly === true && context.scripted === true) return "http-only";
    if (isExpired(made, nowMs)) {
      this.#remove(made.domain, keyOf(made));
      return "expired";
    }
    this.#insert(made, nowMs);
    return "stored";
  }

  /**
   * The cookies that go with a request to `location`: those of longer paths first, then the older
   * ones. They count as used.
   *
   * @param nowMs Milliseconds since 1970.
   */
  cookiesFor(location: CookieLocation, nowMs: number, context?: CookieContext): StoredCookie[] {
    if (this.#size === 0) return [];
    const secure = isSecure(location, this.#rules);
    const { hostname: host, pathname: path } = location;
    const found: Entry[] = [];
    for (const domain of enclosingDomains(host)) {
      for (const [key, entry] of this.#domains.get(domain) ?? []) {
        const { cookie } = entry;
        if (isExpired(cookie, nowMs)) this.#remove(domain, key);
        else if (
          (domain === host || !cookie.hostOnly) && pathMatches(path, cookie.path) &&
          mayBeSent(cookie, secure, context)
        ) found.push(entry);
      }
    }
    found.sort(inFieldOrder);
    for (const entry of found) entry.cookie = { ...entry.cookie, usedMs: nowMs };
    return found.map(({ cookie }) => cookie);
  }

  /**
   * The value of the `Cookie` field of a request to `location`; `undefined` without cookies.
   *
   * @param nowMs Milliseconds since 1970.
   */
  cookieField(
    location: CookieLocation,
    nowMs: number,
    context?: CookieContext,
  ): string | undefined {
    const cookies = this.cookiesFor(location, nowMs, context);
    return cookies.length === 0 ? undefined : formatCookieField(cookies);
  }

  /** Removes a cookie that was found in this jar. Returns whether it was still there. */
  delete(cookie: Pick<StoredCookie, "name" | "domain" | "hostOnly" | "path">): boolean {
    return this.#remove(cookie.domain, keyOf(cookie));
  }

  /** Removes all cookies that last for a session, as a browser does when it is closed. */
  endSession(): void {
    for (const cookie of [...this]) if (cookie.expiresMs === undefined) this.delete(cookie);
  }

  /** Removes all cookies. */
  clear(): void {
    this.#domains.clear();
    this.#size = 0;
  }

  /** All cookies, in the order in which they were first set. */
  *[Symbol.iterator](): Generator<StoredCookie, void, undefined> {
    const entries = [...this.#domains.values()].flatMap((cookies) => [...cookies.values()]);
    for (const { cookie } of entries.sort((one, other) => one.order - other.order)) yield cookie;
  }

  /** All cookies, for `JSON.stringify`; those of the session included. */
  toJSON(): CookieJarData {
    return {
      version: 1,
      cookies: [...this].map((cookie) => ({ ...cookie, expiresMs: cookie.expiresMs ?? null })),
    };
  }

  #insert(cookie: StoredCookie, nowMs: number): void {
    let cookies = this.#domains.get(cookie.domain);
    if (cookies === undefined) this.#domains.set(cookie.domain, cookies = new Map());
    const key = keyOf(cookie);
    const old = cookies.get(key);
    if (old === undefined) {
      cookies.set(key, { cookie, order: this.#order++ });
      this.#size++;
    } else {
      // RFC 6265bis §5.7, step 23: it keeps its place among the others.
      old.cookie = { ...cookie, createdMs: old.cookie.createdMs };
    }
    if (cookies.size > this.#limits.maxCookiesPerDomain) this.#evictFrom([cookies], nowMs, true);
    if (this.#size > this.#limits.maxCookies) this.#evictFrom(this.#domains.values(), nowMs, false);
  }

  // RFC 6265bis §5.7: what has expired goes first; within one domain then what is not secure; and
  // always what was not used for longest.
  #evictFrom(groups: Iterable<Map<string, Entry>>, nowMs: number, insecureFirst: boolean): void {
    let worst: Entry | undefined;
    let expired = false;
    for (const cookies of [...groups]) {
      for (const [key, entry] of cookies) {
        if (isExpired(entry.cookie, nowMs)) {
          this.#remove(entry.cookie.domain, key);
          expired = true;
        } else if (worst === undefined || goesBefore(entry, worst, insecureFirst)) worst = entry;
      }
    }
    if (!expired && worst !== undefined) this.#remove(worst.cookie.domain, keyOf(worst.cookie));
  }

  #remove(domain: string, key: string): boolean {
    const cookies = this.#domains.get(domain);
    if (cookies === undefined || !cookies.delete(key)) return false;
    if (cookies.size === 0) this.#domains.delete(domain);
    this.#size--;
    return true;
  }

  // RFC 6265bis §5.7, step 16: "leave secure cookies alone". Whoever can write into an insecure
  // connection must not be able to replace what was set over a secure one.
  #hidesSecure({ name, domain, path }: StoredCookie): boolean {
    for (const [other, cookies] of this.#domains) {
      if (!domainMatches(other, domain) && !domainMatches(domain, other)) continue;
      for (const { cookie } of cookies.values()) {
        if (cookie.secure && cookie.name === name && pathMatches(path, cookie.path)) return true;
      }
    }
    return false;
  }
}

interface Entry {
  cookie: StoredCookie;
  /** When it was first set, in the order of all. */
  readonly order: number;
}

function isTopLevel(domain: string): boolean {
  return !domain.includes(".");
}

function isExpired({ expiresMs }: StoredCookie, nowMs: number): boolean {
  return expiresMs !== undefined && expiresMs <= nowMs;
}

/** What makes a cookie another one within its domain. None of it holds a `;`. */
function keyOf(cookie: Pick<StoredCookie, "name" | "hostOnly" | "path">): string {
  return `${cookie.hostOnly ? "" : "."};${cookie.path};${cookie.name}`;
}

function inFieldOrder(one: Entry, other: Entry): number {
  return other.cookie.path.length - one.cookie.path.length || one.order - other.order;
}

function goesBefore(one: Entry, other: Entry, insecureFirst: boolean): boolean {
  if (insecureFirst && one.cookie.secure !== other.cookie.secure) return !one.cookie.secure;
  return one.cookie.usedMs < other.cookie.usedMs ||
    one.cookie.usedMs === other.cookie.usedMs && one.order < other.order;
}
