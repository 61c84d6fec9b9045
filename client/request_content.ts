/**
 * The content of a request in the forms that have a media type of their own.
 *
 * @module
 */

import type { RequestBodyInit } from "./outgoing_body.ts";

/** What a form can be given as. */
export type FormInit =
  | FormData
  | URLSearchParams
  | Iterable<readonly [name: string, value: string]>
  | Readonly<Record<string, string | number | boolean | readonly (string | number | boolean)[]>>;

/** The options of a request that say what it carries: one of them. */
export interface RequestContent {
  /** The body. A stream goes out chunked unless `headers` say its `content-length`. */
  readonly body?: RequestBodyInit | null;
  /** A value that goes as JSON, with `content-type: application/json`. */
  readonly json?: unknown;
  /**
   * A form. With `FormData` it goes as `multipart/form-data`, files streamed; everything else as
   * `application/x-www-form-urlencoded`.
   */
  readonly form?: FormInit;
}

/** A body, and the media type that is not to be guessed from it. */
export interface ResolvedContent {
  /** The body. */
  readonly body: RequestBodyInit | undefined;
  /** Its type, where the caller names none; `undefined` where the body tells. */
  readonly contentType: string | undefined;
}

/**
 * The body that options ask for.
 *
 * @throws {TypeError} If they ask for more than one, or a value cannot be JSON.
 */
export function contentOf(options: RequestContent): ResolvedContent {
  const { body, json, form } = options;
  if (json === undefined && form === undefined) {
    return { body: body ?? undefined, contentType: undefined };
  }
  if (body != null || json !== undefined && form !== undefined) {
    throw new TypeError("Cannot send request as only one of body, json and form can be given");
  }
  if (form !== undefined) return { body: formBody(form), contentType: undefined };
  const text: string | undefined = JSON.stringify(json);
  if (text === undefined) throw new TypeError("Cannot send request as its json is no JSON value");
  return { body: text, contentType: "application/json" };
}

function formBody(form: FormInit): FormData | URLSearchParams {
  if (form instanceof FormData || form instanceof URLSearchParams) return form;
  const fields = new URLSearchParams();
  if (Symbol.iterator in form) {
    for (const [name, value] of form as Iterable<readonly [string, string]>) {
      fields.append(name, value);
    }
    return fields;
  }
  for (const [name, value] of Object.entries(form)) {
    for (const one of Array.isArray(value) ? value : [value]) fields.append(name, String(one));
  }
  return fields;
}
