/**
 * What a platform's TLS error says, as one code for all platforms.
 *
 * ```
 *   CERT_EXPIRED              its time is over
 *   CERT_NOT_VALID_YET        its time has not come
 *   CERT_NOT_VALID_FOR_NAME   it is for other names
 *   CERT_UNKNOWN_ISSUER       no trusted authority signed it
 *   CERT_SELF_SIGNED          nobody but itself signed it; Deno says CERT_UNKNOWN_ISSUER
 *   CERT_INVALID_PURPOSE      it is not meant for servers
 *   CERT_REVOKED              its authority has taken it back
 *   CERT_UNVERIFIED           one of these, and the platform does not say which
 *   CERT_INVALID              something else is wrong with it
 *   TLS_ALERT_…               the peer's alert (RFC 8446 §6), such as TLS_ALERT_CERTIFICATE_REQUIRED
 *   TLS_NOT_SPOKEN            what came from the peer is not TLS
 * ```
 *
 * Deno tells all of it in messages, those of rustls; Node has a code for each, and the `node:tls` of
 * Deno has a few of Node's codes for everything.
 *
 * @module
 */

/** What is known of an error. */
export interface TlsErrorShape {
  /** Its name. */
  readonly name: string;
  /** The platform's code. */
  readonly code: string | undefined;
  /** Its message. */
  readonly message: string;
}

/**
 * The code of a TLS failure.
 *
 * @returns `undefined` where the error has nothing to do with TLS, or does not say what it is about.
 *
 * @example A certificate of somebody else
 * ```ts
 * import { errorCode } from "@avx/runtime/translate-error";
 * import { assertEquals } from "@std/assert";
 *
 * const onDeno = new Error('invalid peer certificate: certificate not valid for name "a.example"');
 * const onNode = Object.assign(new Error("altnames"), { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
 * assertEquals(errorCode(onDeno), "CERT_NOT_VALID_FOR_NAME");
 * assertEquals(errorCode(onNode), "CERT_NOT_VALID_FOR_NAME");
 * ```
 */
export function tlsFailureCode({ code, message }: TlsErrorShape): string | undefined {
  if (code !== undefined) {
    const known = CODES.get(code);
    if (known !== undefined) return known;
    if (!code.startsWith("ERR_SSL_")) return undefined;
  }
  const certificate = /invalid peer certificate: (.*)/.exec(message);
  if (certificate !== null) return certificateCode(certificate[1]);
  const alert = /received fatal alert: (\w+)/.exec(message);
  if (alert !== null) return "TLS_ALERT_" + shouted(alert[1]);
  if (message.includes("message of type InvalidContentType")) return "TLS_NOT_SPOKEN";
  const byCode = /^ERR_SSL_\w+?_ALERT_(\w+)$/.exec(code ?? "");
  return byCode === null ? undefined : "TLS_ALERT_" + byCode[1];
}

// rustls names most reasons ("UnknownIssuer") and tells some ("certificate expired: verification
// time …").
function certificateCode(reason: string): string {
  const told = TOLD.find(([start]) => reason.startsWith(start));
  if (told !== undefined) return told[1];
  const name = /^[A-Z]\w+/.exec(reason)?.[0] ?? "INVALID";
  return "CERT_" + shouted(name);
}

function shouted(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, "$1_$2").toUpperCase();
}

const TOLD: readonly (readonly [start: string, code: string])[] = [
  ["certificate not valid for name", "CERT_NOT_VALID_FOR_NAME"],
  ["certificate expired", "CERT_EXPIRED"],
  ["certificate not valid yet", "CERT_NOT_VALID_YET"],
  ["certificate does not allow extended key usage", "CERT_INVALID_PURPOSE"],
];

const CODES: ReadonlyMap<string, string> = new Map([
  ["CERT_HAS_EXPIRED", "CERT_EXPIRED"],
  ["CERT_NOT_YET_VALID", "CERT_NOT_VALID_YET"],
  ["CERT_REJECTED", "CERT_UNVERIFIED"],
  ["CERT_UNTRUSTED", "CERT_UNKNOWN_ISSUER"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "CERT_SELF_SIGNED"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "TLS_NOT_SPOKEN"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "CERT_NOT_VALID_FOR_NAME"],
  ["HOSTNAME_MISMATCH", "CERT_NOT_VALID_FOR_NAME"],
  ["INVALID_PURPOSE", "CERT_INVALID_PURPOSE"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "CERT_UNKNOWN_ISSUER"],
  ["UNABLE_TO_GET_ISSUER_CERT", "CERT_UNKNOWN_ISSUER"],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "CERT_UNKNOWN_ISSUER"],
  // Of an expired certificate, too, by the `node:tls` of Deno.
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "CERT_UNVERIFIED"],
]);
