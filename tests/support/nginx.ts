/**
 * nginx around a test, with a folder and ports of its own.
 *
 * @module
 */

import { SERVER_PAIR } from "./certificates.ts";
import { within } from "./deadline.ts";
import { freePorts, listening } from "./ports.ts";
import { findProgram } from "./programs.ts";

/** Where nginx is; empty where it is not. */
export const NGINX: string = findProgram("nginx") ?? "";

/** What a test knows of its nginx. */
export interface NginxFacts {
  /** In clear text. */
  readonly origin: string;
  /** Over TLS, with the test certificate. */
  readonly tlsOrigin: string;
  /** HTTP/2 over TLS. */
  readonly h2Origin: string;
  /** The path of its unix socket. */
  readonly socketPath: string;
  /** The folder it serves; `PUT` below `/put/` writes to it. */
  readonly root: string;
}

/** Runs nginx while `run` runs. */
export async function withNginx(run: (nginx: NginxFacts) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const [port, tlsPort, h2Port] = freePorts(3);
  const facts: NginxFacts = {
    origin: `http://127.0.0.1:${port}`,
    tlsOrigin: `https://localhost:${tlsPort}`,
    h2Origin: `https://localhost:${h2Port}`,
    socketPath: `${folder}/nginx.sock`,
    root: `${folder}/root`,
  };
  await Deno.mkdir(`${facts.root}/put`, { recursive: true });
  await Deno.writeTextFile(`${folder}/cert.pem`, SERVER_PAIR.cert);
  await Deno.writeTextFile(`${folder}/key.pem`, SERVER_PAIR.key);
  await Deno.writeTextFile(`${folder}/nginx.conf`, configuration(folder, port, tlsPort, h2Port));
  const child = new Deno.Command(NGINX, {
    args: ["-e", `${folder}/error.log`, "-p", folder, "-c", `${folder}/nginx.conf`],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    await listening(port);
    await within(30_000, run(facts));
  } finally {
    child.kill("SIGTERM");
    await child.status;
    await Deno.remove(folder, { recursive: true });
  }
}

function configuration(folder: string, port: number, tlsPort: number, h2Port: number): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/${name};`).join(" ");
  return `
    daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
    events { worker_connections 256; }
    http {
      ${temporary} access_log off; default_type application/octet-stream; root ${folder}/root;
      keepalive_requests 10;
      server {
        listen 127.0.0.1:${port}; listen unix:${folder}/nginx.sock;
        listen 127.0.0.1:${tlsPort} ssl; listen 127.0.0.1:${h2Port} ssl http2;
        ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;
        location / { add_header X-Protocol $server_protocol; }
        location /put/ { dav_methods PUT DELETE; client_max_body_size 100m; }
        location /moved { return 301 /file; }
        location /packed { gzip on; gzip_min_length 1; gzip_types *; }
        location /refuses { client_max_body_size 1k; dav_methods PUT; }
      }
    }`;
}
