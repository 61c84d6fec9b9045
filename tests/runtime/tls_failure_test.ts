import { TlsError } from "@avx/runtime/errors";
import { network } from "@avx/runtime/platform";
import type { Listener } from "@avx/runtime/ports/transport";
import { translateError } from "@avx/runtime/translate-error";
import { startNodeTls } from "../../runtime/platform/node_tls_client.ts";
import { tlsFailureCode } from "../../runtime/tls_failure.ts";
import { assertEquals, assertInstanceOf, assertRejects } from "../support/assert.ts";
import { testCertificates } from "../support/certificate.ts";
import { type Misfit, misfitCertificates } from "../support/misfit_certificates.ts";
import { LOOPBACK, serverTls, target } from "../support/transports.ts";

function codeOf(message: string, code?: string): string | undefined {
  return tlsFailureCode({ name: "Error", code, message });
}

Deno.test("tlsFailureCode reads what rustls says", () => {
  const said: Record<string, string> = {
    "invalid peer certificate: UnknownIssuer": "CERT_UNKNOWN_ISSUER",
    "invalid peer certificate: Revoked": "CERT_REVOKED",
    "invalid peer certificate: certificate expired: verification time 1": "CERT_EXPIRED",
    "invalid peer certificate: certificate not valid yet": "CERT_NOT_VALID_YET",
    'invalid peer certificate: certificate not valid for name "a"': "CERT_NOT_VALID_FOR_NAME",
    "invalid peer certificate: something new": "CERT_INVALID",
    "received fatal alert: NoApplicationProtocol": "TLS_ALERT_NO_APPLICATION_PROTOCOL",
    "received corrupt message of type InvalidContentType": "TLS_NOT_SPOKEN",
  };
  for (const [message, code] of Object.entries(said)) assertEquals(codeOf(message), code);
});

Deno.test("tlsFailureCode reads the codes of Node", () => {
  const codes: Record<string, string> = {
    CERT_HAS_EXPIRED: "CERT_EXPIRED",
    ERR_TLS_CERT_ALTNAME_INVALID: "CERT_NOT_VALID_FOR_NAME",
    SELF_SIGNED_CERT_IN_CHAIN: "CERT_UNKNOWN_ISSUER",
    ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: "TLS_ALERT_CERTIFICATE_REQUIRED",
    ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: "TLS_ALERT_HANDSHAKE_FAILURE",
    ERR_SSL_WRONG_VERSION_NUMBER: "TLS_NOT_SPOKEN",
  };
  for (const [code, ours] of Object.entries(codes)) assertEquals(codeOf("whatever", code), ours);
});

Deno.test("tlsFailureCode has nothing to say of other errors", () => {
  assertEquals(codeOf("Connection reset by peer", "ECONNRESET"), undefined);
  assertEquals(codeOf("invalid peer certificate: UnknownIssuer", "ECONNRESET"), undefined);
  assertEquals(codeOf("decryption failed", "ERR_SSL_BAD_RECORD"), undefined);
  assertEquals(codeOf("peer closed connection"), undefined);
});

const MISFITS: readonly (readonly [misfit: Misfit, deno: string, node: string])[] = [
  ["expired", "CERT_EXPIRED", "CERT_UNVERIFIED"],
  ["early", "CERT_NOT_VALID_YET", "CERT_UNVERIFIED"],
  ["selfSigned", "CERT_UNKNOWN_ISSUER", "CERT_SELF_SIGNED"],
  ["misnamed", "CERT_NOT_VALID_FOR_NAME", "CERT_NOT_VALID_FOR_NAME"],
  ["stranger", "CERT_UNKNOWN_ISSUER", "CERT_UNVERIFIED"],
  ["purpose", "CERT_INVALID_PURPOSE", "CERT_UNVERIFIED"],
];

for (const [misfit, onDeno, onNode] of MISFITS) {
  Deno.test(`a certificate that does not fit says so: ${misfit}`, async () => {
    const { ca, pairs } = await misfitCertificates();
    const listener = network.listen({ ...LOOPBACK, tls: await serverTls(pairs[misfit]) });
    const options = { serverName: "localhost", alpnProtocols: ["http/1.1"], caCerts: [ca] };
    assertEquals(await refusal(listener, (clear) => network.startTls(clear, options)), onDeno);
    assertEquals(await refusal(listener, (clear) => startNodeTls(clear, options)), onNode);
    listener.close();
  });
}

Deno.test("a server that wants a certificate of the client says so", async () => {
  const { ca } = await testCertificates();
  const tls = await serverTls({ clientCertificate: "require", clientCaCerts: [ca] });
  const listener = network.listen({ ...LOOPBACK, tls });
  const options = { serverName: "localhost", alpnProtocols: ["http/1.1"], caCerts: [ca] };
  for (const start of [network.startTls.bind(network), startNodeTls]) {
    // TLS 1.3: the client's handshake is complete before the server looks at its certificate.
    const code = await refusal(listener, async (clear) => {
      const transport = await start(clear, options);
      try {
        await transport.read(new Uint8Array(1));
      } finally {
        transport.close();
      }
    });
    assertEquals(code, "TLS_ALERT_CERTIFICATE_REQUIRED");
  }
  listener.close();
});

type Start = (clear: Awaited<ReturnType<typeof network.connect>>) => Promise<unknown>;

async function refusal(listener: Listener, start: Start): Promise<string> {
  const clear = await network.connect(target(listener));
  const server = await listener.accept();
  const [caught] = await Promise.all([
    assertRejects(() => start(clear)),
    server.handshake().catch(() => {}),
  ]);
  clear.close();
  server.close();
  const error = translateError(caught, "tls");
  assertInstanceOf(error, TlsError);
  return error.code;
}
