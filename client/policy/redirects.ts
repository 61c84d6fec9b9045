/**
 * The policy that follows redirects.
 *
 * @module
 */

import { RemoteProtocolError } from "@avx/semantics/errors";
import { deriveResponse } from "../derived_response.ts";
import type { InterceptedRequest, Interceptor, Next } from "../interceptor.ts";
import { isReplayable } from "../outgoing_body.ts";
import { CONTENT_FIELDS, CREDENTIAL_FIELDS, isRedirect, redirectOf } from "../redirect.ts";
import type { ClientResponse } from "../response.ts";

/** What is done about a redirect: go there, give it to the caller, or reject. */
export type RedirectMode = "follow" | "manual" | "error";

/**
 * How redirects are followed.
 *
 * @example To where they lead
 * ```ts
 * import { Client, type RedirectOptions } from "@avx/client";
 * import { assertEquals } from "@std/assert";
 *
 * const server = Deno.serve({ port: 0, onListen() {} }, ({ url }) => {
 *   return new URL(url).pathname === "/new"
 *     ? new Response("here")
 *     : Response.redirect(new URL("/new", url));
 * });
 * const redirects: RedirectOptions = { mode: "follow", max: 3, credentialFields: ["x-api-key"] };
 * const client = new Client({ redirects, baseUrl: `http://127.0.0.1:${server.addr.port}` });
 *
 * const response = await client.get("/old");
 * assertEquals(new URL(response.url).pathname, "/new");
 * assertEquals([response.redirected, await response.body.text()], [true, "here"]);
 * // One that is told to does not.
 * assertEquals((await client.get("/old", { redirect: "manual" })).status, 302);
 *
 * client.close();
 * await server.shutdown();
 * ```
 */
export interface RedirectOptions {
  /**
   * What `request()` does where it is not told. `fetch()` follows, as the platform's does.
   *
   * @default {"manual"}
   */
  readonly mode?: RedirectMode;
  /**
   * How many are followed before it rejects with code `TOO_MANY_REDIRECTS`. The Fetch standard and
   * browsers 20, curl 50, Go 10.
   *
   * @default {20}
   */
  readonly max?: number;
  /**
   * How often one and the same request may be made on the way before it rejects with code
   * `REDIRECT_LOOP`. A page that sets a cookie and leads to itself comes twice. Apache's client 1,
   * others count only all redirects.
   *
   * @default {3}
   */
  readonly maxVisits?: number;
  /**
   * Whether to follow from https to http; otherwise it rejects with code `REDIRECT_DOWNGRADE`.
   * Java's and .NET's clients do not, fetch and curl do.
   *
   * @default {false}
   */
  readonly allowDowngrade?: boolean;
  /**
   * Fields, beside `authorization`, `cookie`, `host` and `proxy-authorization`, that go to no other
   * origin than the first one, such as `x-api-key`.
   *
   * @default {[]}
   */
  readonly credentialFields?: readonly string[];
}

/** {@linkcode RedirectOptions}, complete. */
export interface RedirectRules {
  /** What `request()` does. */
  readonly mode: RedirectMode;
  /** Redirects that are followed. */
  readonly max: number;
  /** Visits to one URL. */
  readonly maxVisits: number;
  /** Whether https may lead to http. */
  readonly allowDowngrade: boolean;
  /** All fields that stay with their origin, in lower case. */
  readonly credentialFields: readonly string[];
}

/**
 * Completes and checks options.
 *
 * @throws {TypeError} If the mode is not known.
 * @throws {RangeError} If a limit is negative.
 */
export function redirectRules(options: RedirectMode | RedirectOptions = {}): RedirectRules {
  const given: RedirectOptions = typeof options === "string" ? { mode: options } : options;
  return Object.freeze({
    mode: modeOf("redirects.mode", given.mode ?? "manual"),
    max: limit("max", given.max ?? 20, 0),
    maxVisits: limit("maxVisits", given.maxVisits ?? 3, 1),
    allowDowngrade: given.allowDowngrade ?? false,
    credentialFields: Object.freeze([
      ...CREDENTIAL_FIELDS,
      ...(given.credentialFields ?? []).map((name) => name.toLowerCase()),
    ]),
  });
}

/** Follows redirects, as the request's option `redirect` or else the rules say. */
export function redirects(rules: RedirectRules): Interceptor {
  return (request, next) => {
    const mode = modeOf("redirect", request.redirect ?? rules.mode);
    if (mode === "manual") return next(request);
    const first = next({ ...request, headers: request.headers.clone() });
    return first.then((response) =>
      isRedirect(response.status) ? followRedirects(request, response, next, rules) : response
    );
  };
}

/**
 * Goes where a response leads, and on from there. The request's option `redirect` may be `error`.
 *
 * @param request What was answered with `response`.
 * @param response A redirect.
 * @param next Asks for what it leads to.
 * @throws {RemoteProtocolError} If it leads nowhere, too far, round in a circle, or to clear text.
 * @throws {TypeError} If the body would have to be sent again and cannot.
 */
export async function followRedirects(
  request: InterceptedRequest,
  response: ClientResponse,
  next: Next,
  rules: RedirectRules,
): Promise<ClientResponse> {
  const visits = new Map<string, number>([[visitOf(request), 1]]);
  let followed = 0;
  for (; isRedirect(response.status); followed++) {
    const location = locationOf(response);
    if (location === undefined) break;
    response.body.cancel();
    check(request, followed, rules);
    request = redirected(request, response.status, location, rules);
    const visit = visitOf(request);
    const count = (visits.get(visit) ?? 0) + 1;
    if (count > rules.maxVisits) {
      throw refused("REDIRECT_LOOP", request, `leads to itself for the ${count}th time`);
    }
    visits.set(visit, count);
    response = await next({ ...request, headers: request.headers.clone() });
  }
  return followed === 0 ? response : deriveResponse(response, { redirected: true });
}

function check(request: InterceptedRequest, followed: number, rules: RedirectRules): void {
  if (request.redirect === "error" || request.redirect === undefined && rules.mode === "error") {
    throw refused("REDIRECTED", request, 'redirects and option redirect is "error"');
  }
  if (followed < rules.max) return;
  throw refused("TOO_MANY_REDIRECTS", request, `is the last of more than ${rules.max} redirects`);
}

function redirected(
  request: InterceptedRequest,
  status: number,
  location: string,
  rules: RedirectRules,
): InterceptedRequest {
  const to = redirectOf(status, location, request);
  if (!rules.allowDowngrade && request.url.protocol === "https:" && to.url.protocol === "http:") {
    throw refused("REDIRECT_DOWNGRADE", request, "leads from https to http");
  }
  const { body } = request;
  if (to.keepsBody && body !== undefined && !isReplayable(body)) {
    throw new TypeError("Cannot follow redirect as the body was a stream, which is used up");
  }
  const headers = request.headers.clone();
  if (!to.keepsCredentials) { for (const name of rules.credentialFields) headers.delete(name); }
  // What the client shows to one origin, and the socket that stands for it, are not another's.
  const way = to.keepsCredentials ? undefined : { tls: undefined, socketPath: undefined };
  const next = { ...request, ...way, url: to.url, method: to.method, headers };
  if (to.keepsBody) return next;
  for (const name of CONTENT_FIELDS) headers.delete(name);
  return { ...next, body: undefined, expectContinue: false };
}

/** Where a response leads; `undefined` where it does not say. */
function locationOf(response: ClientResponse): string | undefined {
  const values = response.headers.getAll("location");
  if (values.length <= 1) return values[0];
  // The Fetch standard calls several a failure, for each reader may follow another one.
  if (values.every((value) => value === values[0])) return values[0];
  response.body.cancel();
  throw new RemoteProtocolError("Cannot follow redirect as it has more than one location", {
    code: "BAD_REDIRECT",
  });
}

function visitOf({ method, url }: InterceptedRequest): string {
  return `${method} ${url.href}`;
}

function refused(code: string, { url }: InterceptedRequest, why: string): RemoteProtocolError {
  // Without the query, which may hold what no log should.
  const where = url.origin + url.pathname;
  return new RemoteProtocolError(`Cannot follow redirect as "${where}" ${why}`, { code });
}

function modeOf(name: string, mode: RedirectMode): RedirectMode {
  if (mode === "follow" || mode === "manual" || mode === "error") return mode;
  throw new TypeError(
    `Cannot use options.${name} as it must be "follow", "manual" or "error": it is "${mode}"`,
  );
}

function limit(name: string, value: number, least: number): number {
  if (value >= least) return value;
  throw new RangeError(
    `Cannot use options.redirects.${name} as it must be at least ${least}: it is ${value}`,
  );
}
