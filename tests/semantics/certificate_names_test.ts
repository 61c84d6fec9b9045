import { type CertificateNames, certificateNames, isNamed } from "@avx/semantics/certificate-names";
import fc from "fast-check";
import { assert, assertEquals } from "../support/assert.ts";
import { testCertificates } from "../support/certificate.ts";
import {
  bool,
  contextExplicit,
  contextPrimitive,
  integer,
  objectId,
  octetString,
  sequence,
} from "../support/der.ts";

function derOf(pem: string): Uint8Array {
  const [, base64] = pem.match(/-----BEGIN CERTIFICATE-----([^-]*)/)!;
  return Uint8Array.from(atob(base64.replace(/\s/g, "")), (char) => char.charCodeAt(0));
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A certificate with nothing in it but these extensions. */
function certificateWith(...extensions: Uint8Array[]): Uint8Array {
  return sequence(
    sequence(
      contextExplicit(0, integer(Uint8Array.of(2))),
      integer(Uint8Array.of(1)),
      contextExplicit(3, sequence(...extensions)),
    ),
  );
}

function altNames(...names: Uint8Array[]): Uint8Array {
  return sequence(objectId("2.5.29.17"), octetString(sequence(...names)));
}

function ip(...bytes: number[]): Uint8Array {
  return contextPrimitive(7, Uint8Array.from(bytes));
}

Deno.test("the names of a certificate are read out of it", async () => {
  const { server, otherServer, client } = await testCertificates();
  assertEquals(certificateNames(derOf(server.cert)), {
    dnsNames: ["localhost"],
    ipAddresses: ["127.0.0.1", "::1"],
  });
  assertEquals(certificateNames(derOf(otherServer.cert))?.dnsNames, ["localhost", "other.test"]);
  assertEquals(certificateNames(derOf(client.cert)), { dnsNames: [], ipAddresses: [] });
});

Deno.test("names are in lower case, and other kinds of names are passed over", () => {
  const mail = contextPrimitive(1, ascii("me@a.example"));
  const names = altNames(mail, contextPrimitive(2, ascii("WWW.Example")), ip(1, 2, 3));
  assertEquals(certificateNames(certificateWith(names)), {
    dnsNames: ["www.example"],
    ipAddresses: [],
  });
});

Deno.test("a critical extension and a certificate without extensions are understood", () => {
  const name = contextPrimitive(2, ascii("a.example"));
  const critical = sequence(objectId("2.5.29.17"), bool(true), octetString(sequence(name)));
  const other = sequence(objectId("2.5.29.19"), octetString(sequence()));
  assertEquals(certificateNames(certificateWith(other, critical))?.dnsNames, ["a.example"]);
  assertEquals(certificateNames(certificateWith(other))?.dnsNames, []);
  assertEquals(certificateNames(sequence(sequence(integer(Uint8Array.of(1)))))?.dnsNames, []);
});

Deno.test("IPv6 addresses read as those of URLs do", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(0, 0, 0, 1, 0xab), { minLength: 16, maxLength: 16 }),
      (bytes) => {
        const names = certificateNames(certificateWith(altNames(ip(...bytes))));
        const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
        const url = new URL(`http://[${hex.match(/.{4}/g)!.join(":")}]/`);
        assertEquals(names?.ipAddresses, [url.hostname.slice(1, -1)]);
      },
    ),
  );
});

Deno.test("malformed certificates have no names, wherever they are cut or changed", async () => {
  const { server } = await testCertificates();
  const der = derOf(server.cert);
  for (let length = 0; length < der.length; length++) {
    assertEquals(certificateNames(der.subarray(0, length)), undefined);
  }
  fc.assert(fc.property(fc.nat(der.length - 1), fc.nat(255), (at, byte) => {
    const changed = der.slice();
    changed[at] = byte;
    const names = certificateNames(changed);
    assert(names === undefined || Array.isArray(names.dnsNames));
  }));
  const parts = [
    sequence(),
    certificateWith(Uint8Array.of(0x30, 0)),
    certificateWith(sequence(objectId("2.5.29.17"))),
    certificateWith(sequence(objectId("2.5.29.17"), octetString(integer(Uint8Array.of(1))))),
    certificateWith(sequence(objectId("2.5.29.17"), octetString(Uint8Array.of(0x30, 2, 0x82, 9)))),
    sequence(sequence(contextExplicit(3, integer(Uint8Array.of(1))))),
    Uint8Array.of(0x30, 0x80, 0, 0),
    Uint8Array.of(0x30, 0x84, 0, 0, 0, 0),
    Uint8Array.of(0x30, 0x82, 1),
    Uint8Array.of(0x3f, 0x00),
  ];
  for (const part of parts) assertEquals(certificateNames(part), undefined);
});

function names(...dnsNames: string[]): CertificateNames {
  return { dnsNames, ipAddresses: ["192.0.2.1", "2001:db8::1"] };
}

Deno.test("a host is named by its own name in any case, with or without the last dot", () => {
  assert(isNamed(names("a.example"), "a.example"));
  assert(isNamed(names("a.example"), "A.Example."));
  assert(!isNamed(names("a.example"), "b.example"));
  assert(!isNamed(names("a.example"), "www.a.example"));
  assert(!isNamed(names(""), ""));
  assert(!isNamed(names(""), "."));
});

// RFC 9525 §6.3
Deno.test("a wildcard is one whole label, the first, and not below a top-level domain", () => {
  assert(isNamed(names("*.b.example"), "a.b.example"));
  assert(!isNamed(names("*.b.example"), "b.example"));
  assert(!isNamed(names("*.b.example"), "x.a.b.example"));
  assert(!isNamed(names("*.b.example"), ".b.example"));
  assert(!isNamed(names("*.example"), "a.example"));
  assert(!isNamed(names("*"), "example"));
  assert(!isNamed(names("f*.b.example"), "foo.b.example"));
  assert(!isNamed(names("a.*.example"), "a.b.example"));
});

Deno.test("an address is named by an address alone", () => {
  assert(isNamed(names(), "192.0.2.1"));
  assert(isNamed(names(), "2001:db8::1"));
  assert(!isNamed(names(), "192.0.2.2"));
  assert(!isNamed(names("*.0.2.7", "192.0.2.7"), "192.0.2.7"));
});
