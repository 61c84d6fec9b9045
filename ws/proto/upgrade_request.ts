/**
 * The request that asks for an upgrade over HTTP/1.1 (RFC 6455 §4.1), as bytes.
 *
 * @module
 */

import { encodeUtf8 } from "@avx/runtime/utf8";
import { hasField, validateFieldLines } from "@avx/semantics/field-lines";

/**
 * The bytes of a request for an upgrade.
 *
 * @param authority The `Host` field, unless `lines` have their own.
 * @param target Path and query.
 * @param lines The other fields: name, value, name, value …
 * @throws {TypeError} If a field is not valid, or one of those that make the upgrade.
 */
export function upgradeRequest(
  authority: string,
  target: string,
  lines: readonly string[],
): Uint8Array {
  validateFieldLines(lines);
  for (const name of ["connection", "upgrade", "content-length", "transfer-encoding"]) {
    if (hasField(lines, name)) {
      throw new TypeError(`Cannot ask for a WebSocket with a field "${name}" of the caller's`);
    }
  }
  let text = `GET ${target} HTTP/1.1\r\n`;
  if (!hasField(lines, "host")) text += `host: ${authority}\r\n`;
  text += "upgrade: websocket\r\nconnection: upgrade\r\n";
  for (let at = 0; at < lines.length; at += 2) text += `${lines[at]}: ${lines[at + 1]}\r\n`;
  return encodeUtf8(`${text}\r\n`);
}
