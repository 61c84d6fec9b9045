/**
 * Certificates for tests, made with Web Crypto: nothing has to be installed.
 *
 * @module
 */

import type { KeyPair } from "@avx/runtime/ports/transport";
import {
  bitString,
  bool,
  contextExplicit,
  contextPrimitive,
  integer,
  objectId,
  octetString,
  sequence,
  set,
  time,
  utf8String,
} from "./der.ts";

/** What a test of TLS needs. All are valid from yesterday for ten years. */
export interface TestCertificates {
  /** The authority that signed the others, PEM. */
  readonly ca: string;
  /** For `localhost`, `127.0.0.1` and `::1`. */
  readonly server: KeyPair;
  /** Likewise, but another: for reloading and for the choice by name. Also `other.test`. */
  readonly otherServer: KeyPair;
  /** A client's, with the common name `test client`. */
  readonly client: KeyPair;
  /** A client's that another authority signed. */
  readonly strangeClient: KeyPair;
}

/** The certificates; made at the first call, then taken from a file in the temporary directory. */
export function testCertificates(): Promise<TestCertificates> {
  return made ??= cached();
}

let made: Promise<TestCertificates> | undefined;

async function cached(): Promise<TestCertificates> {
  const folder = Deno.env.get("TMPDIR") ?? Deno.env.get("TEMP") ?? "/tmp";
  // The name changes every month, so that nothing expires.
  const path = `${folder}/avx-test-certificates-v1-${new Date().toISOString().slice(0, 7)}.json`;
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch {
    const certificates = await makeAll();
    // Test processes run at the same time: each sees a whole file or none.
    const temporary = `${path}.${crypto.randomUUID()}`;
    await Deno.writeTextFile(temporary, JSON.stringify(certificates), { mode: 0o600 });
    await Deno.rename(temporary, path);
    return certificates;
  }
}

async function makeAll(): Promise<TestCertificates> {
  const ca = await issue({ name: "avx test authority", isAuthority: true });
  const stranger = await issue({ name: "another authority", isAuthority: true });
  const hosts = { dns: ["localhost"], ips: [[127, 0, 0, 1], [...new Array(15).fill(0), 1]] };
  const others = { ...hosts, dns: ["localhost", "other.test"] };
  return {
    ca: ca.pair.cert,
    server: (await issue({ name: "localhost", issuer: ca, ...hosts })).pair,
    otherServer: (await issue({ name: "other.test", issuer: ca, ...others })).pair,
    client: (await issue({ name: "test client", issuer: ca })).pair,
    strangeClient: (await issue({ name: "strange client", issuer: stranger })).pair,
  };
}

/** Who can sign. */
export interface Authority {
  readonly name: string;
  readonly keys: CryptoKeyPair;
  readonly pair: KeyPair;
}

/** Whom a certificate is for. */
export interface Subject {
  readonly name: string;
  /** Who signs; without one, the subject itself does. */
  readonly issuer?: Authority;
  readonly isAuthority?: boolean;
  readonly dns?: readonly string[];
  readonly ips?: readonly (readonly number[])[];
  /** From when to when, in days from now. @default {[-1, 3650]} */
  readonly validDays?: readonly [from: number, to: number];
  /** What it is good for. @default {both} */
  readonly purposes?: readonly ("serverAuth" | "clientAuth")[];
}

const ECDSA = { name: "ECDSA", namedCurve: "P-256" } as const;
const ECDSA_WITH_SHA256 = sequence(objectId("1.2.840.10045.4.3.2"));

/** Makes a certificate (RFC 5280 §4.1). */
export async function issue(subject: Subject): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(ECDSA, true, ["sign", "verify"]);
  const issuer = subject.issuer ?? { name: subject.name, keys };
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("spki", keys.publicKey));
  const toBeSigned = sequence(
    contextExplicit(0, integer(Uint8Array.of(2))), // v3
    integer(crypto.getRandomValues(new Uint8Array(15))),
    ECDSA_WITH_SHA256,
    nameOf(issuer.name),
    validity(subject.validDays),
    nameOf(subject.name),
    publicKey,
    contextExplicit(3, sequence(...extensionsOf(subject))),
  );
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  const raw = await crypto.subtle.sign(algorithm, issuer.keys.privateKey, toBeSigned);
  const signature = bitString(signatureOf(new Uint8Array(raw)));
  const key = new Uint8Array(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  return {
    name: subject.name,
    keys,
    pair: {
      cert: pem("CERTIFICATE", sequence(toBeSigned, ECDSA_WITH_SHA256, signature)),
      key: pem("PRIVATE KEY", key),
    },
  };
}

function nameOf(commonName: string): Uint8Array<ArrayBuffer> {
  return sequence(set(sequence(objectId("2.5.4.3"), utf8String(commonName))));
}

function validity([from, to]: readonly [number, number] = [-1, 3_650]): Uint8Array<ArrayBuffer> {
  const day = 86_400_000;
  return sequence(time(Date.now() + from * day), time(Date.now() + to * day));
}

function extensionsOf(subject: Subject): Uint8Array<ArrayBuffer>[] {
  const { isAuthority = false, dns = [], ips = [] } = subject;
  const { purposes = ["serverAuth", "clientAuth"] } = subject;
  const extensions = [
    extension("2.5.29.19", true, isAuthority ? sequence(bool(true)) : sequence()),
    // keyUsage: keyCertSign and cRLSign, or digitalSignature
    extension("2.5.29.15", true, isAuthority ? bits(1, 0x06) : bits(7, 0x80)),
  ];
  if (!isAuthority) {
    const ids = purposes.map((purpose) => objectId(PURPOSES[purpose]));
    extensions.push(extension("2.5.29.37", false, sequence(...ids)));
  }
  const names = [
    ...dns.map((name) => contextPrimitive(2, new TextEncoder().encode(name))),
    ...ips.map((ip) => contextPrimitive(7, Uint8Array.from(ip))),
  ];
  if (names.length > 0) extensions.push(extension("2.5.29.17", false, sequence(...names)));
  return extensions;
}

const PURPOSES = { serverAuth: "1.3.6.1.5.5.7.3.1", clientAuth: "1.3.6.1.5.5.7.3.2" } as const;

function extension(id: string, critical: boolean, value: Uint8Array): Uint8Array<ArrayBuffer> {
  return sequence(objectId(id), ...(critical ? [bool(true)] : []), octetString(value));
}

function bits(unused: number, byte: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(0x03, 2, unused, byte);
}

// Web Crypto gives r and s side by side, X.509 wants them in a sequence (RFC 3279 §2.2.3).
function signatureOf(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  return sequence(integer(raw.subarray(0, 32)), integer(raw.subarray(32)));
}

function pem(label: string, der: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...der)).replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----\n`;
}
