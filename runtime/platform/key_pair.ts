/**
 * A certificate and a key are looked at before anyone connects.
 *
 * @module
 */

import { createPrivateKey, X509Certificate } from "node:crypto";
import type { KeyPair } from "../ports/transport.ts";

/**
 * Checks that a pair can be read and belongs together.
 *
 * @throws {TypeError} If the certificate or the key is not PEM, or the key is another's.
 */
export function checkKeyPair({ cert, key }: KeyPair): void {
  const certificate = parsed("certificate", () => new X509Certificate(cert));
  const privateKey = parsed("private key", () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new TypeError("Cannot use the certificate as the private key belongs to another one");
  }
}

function parsed<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new TypeError(`Cannot read the ${what} as it must be PEM`, { cause });
  }
}
