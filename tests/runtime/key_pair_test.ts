import { checkKeyPair } from "../../runtime/platform/key_pair.ts";
import { assertThrows } from "../support/assert.ts";
import { testCertificates } from "../support/certificate.ts";

Deno.test("a pair that belongs together passes", async () => {
  const { server, client } = await testCertificates();
  checkKeyPair(server);
  checkKeyPair(client);
});

Deno.test("a pair is refused for what is wrong with it", async () => {
  const { server, otherServer } = await testCertificates();
  const { cert, key } = server;
  assertThrows(() => checkKeyPair({ cert: "x", key }), TypeError, "Cannot read the certificate");
  assertThrows(() => checkKeyPair({ cert, key: "x" }), TypeError, "Cannot read the private key");
  assertThrows(() => checkKeyPair({ cert, key: otherServer.key }), TypeError, "another one");
});
