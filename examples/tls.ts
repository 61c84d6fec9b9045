/**
 * A server over TLS, whose certificate is renewed while it runs.
 *
 *     openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
 *       -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem
 *     deno run --allow-net --allow-read examples/tls.ts cert.pem key.pem [port]
 *     curl --cacert cert.pem https://localhost:8443/
 *     kill -HUP …   # reads the files again; open connections stay as they are
 *
 * @module
 */

import { serve, text } from "@avx/http";

const [certFile = "cert.pem", keyFile = "key.pem", port = "8443"] = Deno.args;

const server = serve(
  { port: Number(port), ...readPair(), tls: { minVersion: "TLSv1.3" } },
  (_request, info) => text(`encrypted: ${info.encrypted}\n`),
);

Deno.addSignalListener("SIGHUP", () => {
  server.setCertificate(readPair());
  console.log("Using the certificate as it is now");
});

function readPair(): { cert: string; key: string } {
  return { cert: Deno.readTextFileSync(certFile), key: Deno.readTextFileSync(keyFile) };
}
