/**
 * A client's request as its cache sees it.
 *
 * @module
 */

import { type CacheMode, CONDITION_FIELDS } from "@avx/semantics/caching";
import type { EditableFields } from "@avx/semantics/editable-fields";
import type { FieldSection } from "@avx/semantics/field-section";
import type { InterceptedRequest } from "../interceptor.ts";

const MODES: readonly CacheMode[] = [
  "default",
  "no-store",
  "reload",
  "no-cache",
  "force-cache",
  "only-if-cached",
];

/**
 * How a request wants the cache to be used. One with conditions of its own has a cache of its own, so
 * that this one stays out of it (Fetch standard, "HTTP-network-or-cache fetch").
 *
 * @throws {TypeError} If its option `cache` is no known mode.
 */
export function modeOf({ cache = "default", headers }: InterceptedRequest): CacheMode {
  if (!MODES.includes(cache)) {
    throw new TypeError(
      `Cannot use options.cache as it is no known mode: current value is "${cache}"`,
    );
  }
  return CONDITION_FIELDS.some((name) => headers.has(name)) ? "no-store" : cache;
}

/** What the responses of a URL are stored under: all of it but the fragment. */
export function keyOf(url: URL): string {
  return url.origin + url.pathname + url.search;
}

/** The key of what a reference means beside a URL; `undefined` for what is of another origin. */
export function sameOriginKey(reference: string, base: URL): string | undefined {
  if (!URL.canParse(reference, base.href)) return undefined;
  const url = new URL(reference, base);
  return url.origin === base.origin ? keyOf(url) : undefined;
}

/**
 * The fields of a request that is forwarded, in a copy: with those by which its mode reaches the
 * caches on the way, where the request does not say it itself (Fetch standard, as above).
 */
export function forwardedFields(headers: EditableFields, mode: CacheMode): EditableFields {
  const fields = headers.clone();
  const says = headers.has("cache-control");
  if (mode === "no-cache" && !says) fields.append("cache-control", "max-age=0");
  if (mode === "reload") {
    if (!headers.has("pragma")) fields.append("pragma", "no-cache");
    if (!says) fields.append("cache-control", "no-cache");
  }
  return fields;
}

/** A header section as a flat array. */
export function linesOf(section: FieldSection): string[] {
  const lines: string[] = [];
  for (let at = 0; at < section.size; at++) lines.push(section.nameAt(at), section.valueAt(at));
  return lines;
}

/** A flat array of field lines as pairs. */
export function* pairsOf(
  lines: readonly string[],
): Generator<readonly [name: string, value: string], void, undefined> {
  for (let at = 0; at < lines.length; at += 2) yield [lines[at], lines[at + 1]];
}
