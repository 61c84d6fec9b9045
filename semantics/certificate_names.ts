/**
 * Whom a certificate speaks for: its subject alternative names (RFC 5280 §4.2.1.6), and whether a
 * host is among them (RFC 9525 §6).
 *
 * Nothing is verified here. The common name of a subject is not looked at (RFC 9525 §2).
 *
 * @module
 */

/** The names of a certificate that are hosts. */
export interface CertificateNames {
  /** DNS names in lower case. The first label may be `*`. */
  readonly dnsNames: readonly string[];
  /** IP addresses, as `URL.hostname` has them but without brackets. */
  readonly ipAddresses: readonly string[];
}

/**
 * Reads the names out of a certificate.
 *
 * @param der The certificate in DER.
 * @returns Its names, none where it has no such extension; `undefined` if it is malformed.
 *
 * @example What is no certificate
 * ```ts
 * import { certificateNames } from "@avx/semantics/certificate-names";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(certificateNames(new Uint8Array([0x30, 0x03, 1, 2])), undefined);
 * ```
 */
export function certificateNames(der: Uint8Array): CertificateNames | undefined {
  const certificate = elementAt(der, 0, der.length);
  const signed = child(der, certificate, SEQUENCE);
  if (signed === undefined) return undefined;
  for (let at = signed.start; at < signed.end;) {
    const part = elementAt(der, at, signed.end);
    if (part === undefined) return undefined;
    if (part.tag === EXTENSIONS) return namesIn(der, child(der, part, SEQUENCE));
    at = part.end;
  }
  return NO_NAMES;
}

/**
 * Whether a certificate with these names is valid for a host.
 *
 * A `*` stands for exactly one label, the first, and for a whole one (RFC 9525 §6.3); it is not
 * taken right below a top-level domain.
 *
 * @param names The certificate's.
 * @param host A name or an address, as `URL.hostname` has it but without brackets.
 *
 * @example A wildcard
 * ```ts
 * import { isNamed } from "@avx/semantics/certificate-names";
 * import { assertEquals } from "@std/assert";
 *
 * const names = { dnsNames: ["*.example.com"], ipAddresses: ["192.0.2.1"] };
 * assertEquals(isNamed(names, "www.example.com"), true);
 * assertEquals(isNamed(names, "example.com"), false);
 * assertEquals(isNamed(names, "a.www.example.com"), false);
 * assertEquals(isNamed(names, "192.0.2.1"), true);
 * ```
 */
export function isNamed(names: CertificateNames, host: string): boolean {
  if (host.includes(":") || DOTTED_QUAD.test(host)) return names.ipAddresses.includes(host);
  const name = (host.endsWith(".") ? host.slice(0, -1) : host).toLowerCase();
  const { dnsNames } = names;
  if (name === "" || dnsNames.includes(name)) return name !== "";
  const dot = name.indexOf(".");
  const parent = name.slice(dot + 1);
  return dot > 0 && parent.includes(".") && dnsNames.includes(`*.${parent}`);
}

/** One element of DER: what it is, and where its content is. */
interface Element {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

const BOOLEAN = 0x01;
const OCTET_STRING = 0x04;
const OBJECT_ID = 0x06;
const SEQUENCE = 0x30;
const EXTENSIONS = 0xa3; // [3], constructed
const DNS_NAME = 0x82; // [2]
const IP_ADDRESS = 0x87; // [7]
const SUBJECT_ALT_NAME: readonly number[] = [0x55, 0x1d, 0x11]; // 2.5.29.17

const DOTTED_QUAD = /^\d+\.\d+\.\d+\.\d+$/;
const NO_NAMES: CertificateNames = Object.freeze({ dnsNames: [], ipAddresses: [] });

function namesIn(der: Uint8Array, extensions: Element | undefined): CertificateNames | undefined {
  if (extensions === undefined) return undefined;
  for (let at = extensions.start; at < extensions.end;) {
    const extension = elementAt(der, at, extensions.end);
    const id = child(der, extension, OBJECT_ID);
    if (extension === undefined || id === undefined) return undefined;
    if (isSubjectAltName(der, id)) return alternativeNames(der, valueOf(der, id, extension));
    at = extension.end;
  }
  return NO_NAMES;
}

function isSubjectAltName(der: Uint8Array, id: Element): boolean {
  if (id.end - id.start !== SUBJECT_ALT_NAME.length) return false;
  return SUBJECT_ALT_NAME.every((byte, at) => der[id.start + at] === byte);
}

/** The octets of an extension, behind its id and perhaps a mark that it is critical. */
function valueOf(der: Uint8Array, id: Element, extension: Element): Element | undefined {
  let value = elementAt(der, id.end, extension.end);
  if (value?.tag === BOOLEAN) value = elementAt(der, value.end, extension.end);
  return value?.tag === OCTET_STRING ? value : undefined;
}

function alternativeNames(
  der: Uint8Array,
  value: Element | undefined,
): CertificateNames | undefined {
  const list = child(der, value, SEQUENCE);
  if (list === undefined) return undefined;
  const dnsNames: string[] = [];
  const ipAddresses: string[] = [];
  for (let at = list.start; at < list.end;) {
    const name = elementAt(der, at, list.end);
    if (name === undefined) return undefined;
    const bytes = der.subarray(name.start, name.end);
    if (name.tag === DNS_NAME) dnsNames.push(String.fromCharCode(...bytes).toLowerCase());
    if (name.tag === IP_ADDRESS && bytes.length === 4) ipAddresses.push(bytes.join("."));
    if (name.tag === IP_ADDRESS && bytes.length === 16) ipAddresses.push(ipv6Text(bytes));
    at = name.end;
  }
  return { dnsNames, ipAddresses };
}

/** The first element within another, if it is of that kind. */
function child(der: Uint8Array, parent: Element | undefined, tag: number): Element | undefined {
  if (parent === undefined) return undefined;
  const first = elementAt(der, parent.start, parent.end);
  return first?.tag === tag ? first : undefined;
}

// X.690 §8.1: no certificate has tags above 30 or lengths of four bytes and more.
function elementAt(der: Uint8Array, at: number, limit: number): Element | undefined {
  if (at + 2 > limit || (der[at] & 0x1f) === 0x1f) return undefined;
  let start = at + 2;
  let length = der[at + 1];
  if (length > 0x7f) {
    const count = length & 0x7f;
    if (count === 0 || count > 3 || start + count > limit) return undefined;
    length = 0;
    for (const end = start + count; start < end; start++) length = length * 256 + der[start];
  }
  const end = start + length;
  return end > limit ? undefined : { tag: der[at], start, end };
}

// RFC 5952 §4: the longest run of zeros, of two groups or more, is left out; the first of equals.
function ipv6Text(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, at) => bytes[2 * at] * 256 + bytes[2 * at + 1]);
  let from = 0;
  let longest = 1;
  for (let at = 0; at < 8; at++) {
    let run = 0;
    while (groups[at + run] === 0) run++;
    if (run > longest) [from, longest] = [at, run];
  }
  const texts = groups.map((group) => group.toString(16));
  if (longest < 2) return texts.join(":");
  return `${texts.slice(0, from).join(":")}::${texts.slice(from + longest).join(":")}`;
}
