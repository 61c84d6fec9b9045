/**
 * The field `Sec-WebSocket-Extensions` (RFC 6455 §9.1).
 *
 * @module
 */

import { isToken } from "@avx/runtime/ascii";
import { splitAt, splitList, trimWhitespace } from "@avx/semantics/field-value";
import { decodeQuotedString } from "@avx/semantics/quoted-string";

const SEMICOLON = 0x3b;

/** An extension that is offered or agreed on. */
export interface Extension {
  /** Its registered name. */
  readonly name: string;
  /** Its parameters; `undefined` for one without a value. */
  readonly parameters: ReadonlyMap<string, string | undefined>;
}

/**
 * Takes the field's value apart.
 *
 * @returns The extensions in their order; `undefined` where one is malformed or has a parameter
 * twice (RFC 7692 §7.1).
 */
export function parseExtensions(value: string): Extension[] | undefined {
  const extensions: Extension[] = [];
  for (const member of splitList(value)) {
    const [name, ...rest] = splitAt(member, SEMICOLON).map(trimWhitespace);
    const parameters = new Map<string, string | undefined>();
    if (!isToken(name)) return undefined;
    for (const parameter of rest) {
      const equals = parameter.indexOf("=");
      const key = trimWhitespace(equals === -1 ? parameter : parameter.slice(0, equals));
      const raw = equals === -1 ? undefined : trimWhitespace(parameter.slice(equals + 1));
      const decoded = raw === undefined || isToken(raw) ? raw : decodeQuotedString(raw);
      if (!isToken(key) || parameters.has(key)) return undefined;
      if (raw !== undefined && (decoded === undefined || !isToken(decoded))) return undefined;
      parameters.set(key, decoded);
    }
    extensions.push({ name, parameters });
  }
  return extensions;
}
