/**
 * A writer of DER (ITU-T X.690), as far as certificates need it.
 *
 * @module
 */

type Bytes = Uint8Array<ArrayBuffer>;

/** SEQUENCE */
export function sequence(...parts: readonly Uint8Array[]): Bytes {
  return tagged(0x30, concat(parts));
}

/** SET */
export function set(...parts: readonly Uint8Array[]): Bytes {
  return tagged(0x31, concat(parts));
}

/** INTEGER, not negative, from big-endian bytes. */
export function integer(magnitude: Uint8Array): Bytes {
  let start = 0;
  while (start < magnitude.length - 1 && magnitude[start] === 0) start++;
  const trimmed = magnitude.subarray(start);
  // A set top bit would make it negative.
  return tagged(0x02, trimmed[0] >= 0x80 ? concat([Uint8Array.of(0), trimmed]) : trimmed);
}

/** BOOLEAN */
export function bool(value: boolean): Bytes {
  return tagged(0x01, Uint8Array.of(value ? 0xff : 0));
}

/** BIT STRING of whole bytes. */
export function bitString(value: Uint8Array): Bytes {
  return tagged(0x03, concat([Uint8Array.of(0), value]));
}

/** OCTET STRING */
export function octetString(value: Uint8Array): Bytes {
  return tagged(0x04, value);
}

/** OBJECT IDENTIFIER from its dotted form. */
export function objectId(dotted: string): Bytes {
  const [first, second, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift(0x80 | (left & 0x7f));
    bytes.push(...groups);
  }
  return tagged(0x06, Uint8Array.from(bytes));
}

/** UTF8String */
export function utf8String(text: string): Bytes {
  return tagged(0x0c, new TextEncoder().encode(text));
}

/** UTCTime, for years before 2050. */
export function time(ms: number): Bytes {
  const digits = new Date(ms).toISOString().replace(/\D/g, "").slice(2, 14);
  return tagged(0x17, new TextEncoder().encode(`${digits}Z`));
}

/** An explicit, constructed tag of the context. */
export function contextExplicit(tag: number, value: Uint8Array): Bytes {
  return tagged(0xa0 | tag, value);
}

/** An implicit, primitive tag of the context. */
export function contextPrimitive(tag: number, value: Uint8Array): Bytes {
  return tagged(0x80 | tag, value);
}

function tagged(tag: number, content: Uint8Array): Bytes {
  return concat([Uint8Array.of(tag, ...lengthOf(content.length)), content]);
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >>> 8, length & 0xff];
}

function concat(parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
