/**
 * Other people's web servers around a test: each serves a folder in clear text and over TLS.
 *
 * @module
 */

import { SERVER_PAIR } from "./certificates.ts";
import { findProgram } from "./programs.ts";
import { type ProgramPlace, type ServerProgram, withProgram } from "./running_program.ts";

/** A web server that may be here. */
export interface WebServer {
  /** What it is called. */
  readonly name: string;
  /** Whether this machine has it. */
  readonly isHere: boolean;
  /** Runs it over a folder with these files. */
  readonly around: (
    files: Readonly<Record<string, Uint8Array>>,
    run: (origins: WebOrigins) => Promise<void>,
  ) => Promise<void>;
}

/** Where a web server is. */
export interface WebOrigins {
  /** In clear text. */
  readonly plain: string;
  /** Over TLS, HTTP/1.1 and 2, with the test certificate. */
  readonly secure: string;
}

const CADDY = findProgram("caddy");
const APACHE = findProgram("apache2") ?? findProgram("httpd");
const APACHE_MODULES = ["/usr/lib/apache2/modules", "/usr/lib64/httpd/modules"].find(exists);

/** The web servers. */
export const WEB_SERVERS: readonly WebServer[] = [
  webServer("Caddy", CADDY, caddy),
  webServer("Apache", APACHE_MODULES === undefined ? undefined : APACHE, apache),
];

function webServer(
  name: string,
  program: string | undefined,
  server: (program: string) => ServerProgram,
): WebServer {
  return {
    name,
    isHere: program !== undefined,
    around: (files, run) =>
      withProgram(
        withRoot(server(program!), files),
        ({ ports: [port, tlsPort] }) =>
          run({ plain: `http://127.0.0.1:${port}`, secure: `https://localhost:${tlsPort}` }),
      ),
  };
}

function withRoot(
  server: ServerProgram,
  files: Readonly<Record<string, Uint8Array>>,
): ServerProgram {
  const root = Object.entries(files).map(([file, bytes]) => [`root/${file}`, bytes] as const);
  return {
    ...server,
    files: (place) => ({ ...server.files?.(place), ...Object.fromEntries(root) }),
  };
}

const CERTIFICATE = { "cert.pem": SERVER_PAIR.cert, "key.pem": SERVER_PAIR.key };

function caddy(program: string): ServerProgram {
  return {
    program,
    ports: 2,
    args: ({ folder }) => ["run", "--adapter", "caddyfile", "--config", `${folder}/Caddyfile`],
    files: ({ folder, ports: [port, tlsPort] }) => ({
      ...CERTIFICATE,
      "Caddyfile": `{
        admin off
        auto_https off
        storage file_system ${folder}/storage
      }
      (site) {
        root * ${folder}/root
        encode gzip
        file_server
      }
      http://127.0.0.1:${port} {
        import site
      }
      https://localhost:${tlsPort} {
        tls ${folder}/cert.pem ${folder}/key.pem
        import site
      }
      `,
    }),
  };
}

function apache(program: string): ServerProgram {
  return {
    program,
    ports: 2,
    args: ({ folder }) => ["-DFOREGROUND", "-f", `${folder}/apache.conf`],
    files: (place) => ({ ...CERTIFICATE, "apache.conf": apacheConfiguration(place) }),
  };
}

function apacheConfiguration({ folder, ports: [port, tlsPort] }: ProgramPlace): string {
  const modules = ["mpm_event", "authz_core", "mime", "ssl", "http2"]
    .map((name) => `LoadModule ${name}_module ${APACHE_MODULES}/mod_${name}.so`).join("\n");
  // Children give up what they need not have.
  const user = Deno.uid() === 0 ? "User nobody\nGroup nogroup" : "";
  return `${modules}
    ${user}
    ServerName localhost
    PidFile ${folder}/apache.pid
    DefaultRuntimeDir ${folder}
    Mutex default:${folder}
    ErrorLog ${folder}/error.log
    TypesConfig /dev/null
    DocumentRoot ${folder}/root
    Listen 127.0.0.1:${port}
    Listen 127.0.0.1:${tlsPort}
    <Directory ${folder}/root>
      Require all granted
    </Directory>
    <VirtualHost 127.0.0.1:${tlsPort}>
      Protocols h2 http/1.1
      SSLEngine on
      SSLCertificateFile ${folder}/cert.pem
      SSLCertificateKeyFile ${folder}/key.pem
    </VirtualHost>
  `;
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
