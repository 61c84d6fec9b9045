import { Client, type ClientTlsOptions } from "@avx/client";
import { TlsError } from "@avx/runtime/errors";
import { assertEquals, assertRejects, assertStringIncludes } from "../support/assert.ts";
import { testCertificates } from "../support/certificate.ts";
import { misfitCertificates } from "../support/misfit_certificates.ts";
import { findProgram } from "../support/programs.ts";
import { withProgram } from "../support/running_program.ts";

const OPENSSL = findProgram("openssl");
const ignore = OPENSSL === undefined;

/** Runs `openssl s_server`, which answers each request with a page about the session. */
async function withOpenssl(
  args: readonly string[],
  run: (url: string) => Promise<void>,
  certificate?: { readonly cert: string; readonly key: string },
): Promise<void> {
  const { ca, server } = await testCertificates();
  const { cert, key } = certificate ?? server;
  await withProgram({
    program: OPENSSL!,
    ports: 1,
    args: ({ ports: [port] }) => [
      ..."s_server -www -quiet -cert cert.pem -key key.pem -CAfile ca.pem".split(" "),
      "-accept",
      `127.0.0.1:${port}`,
      ...args,
    ],
    files: () => ({ "ca.pem": ca, "cert.pem": cert, "key.pem": key }),
  }, ({ ports: [port] }) => run(`https://localhost:${port}/`));
}

async function pageOf(url: string, tls: ClientTlsOptions): Promise<string> {
  const client = new Client({ tls, protocol: "http/1.1" });
  try {
    const response = await client.request(url);
    return await response.body.text();
  } finally {
    client.close();
  }
}

for (const version of ["-tls1_3", "-tls1_2"]) {
  Deno.test(`OpenSSL ${version} sees the client's certificate`, { ignore }, async () => {
    const { ca, client } = await testCertificates();
    await withOpenssl(["-Verify", "1", "-verify_return_error", version], async (url) => {
      const page = await pageOf(url, { caCerts: [ca], clientCertificate: client });
      assertStringIncludes(page, "test client");
      for (const clientCertificate of [undefined, (await testCertificates()).strangeClient]) {
        await assertRejects(() => pageOf(url, { caCerts: [ca], clientCertificate }), TlsError);
      }
    });
  });

  Deno.test(`OpenSSL ${version} talks to a client without a certificate`, { ignore }, async () => {
    const { ca } = await testCertificates();
    await withOpenssl([version], async (url) => {
      assertStringIncludes(await pageOf(url, { caCerts: [ca] }), "no client certificate available");
    });
  });
}

Deno.test("OpenSSL's certificate that does not fit is refused, and why", { ignore }, async () => {
  const { ca, pairs } = await misfitCertificates();
  const reasons = {
    expired: "CERT_EXPIRED",
    early: "CERT_NOT_VALID_YET",
    misnamed: "CERT_NOT_VALID_FOR_NAME",
    stranger: "CERT_UNKNOWN_ISSUER",
  } as const;
  for (const [misfit, code] of Object.entries(reasons)) {
    await withOpenssl([], async (url) => {
      const error = await assertRejects(() => pageOf(url, { caCerts: [ca] }), TlsError);
      assertEquals(error.code, code);
      await pageOf(url, { verify: false });
    }, pairs[misfit as keyof typeof reasons]);
  }
});
