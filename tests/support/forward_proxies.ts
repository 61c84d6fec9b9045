/**
 * Other people's proxies around a test.
 *
 * @module
 */

import { SERVER_PAIR } from "./certificates.ts";
import { findProgram } from "./programs.ts";
import { type ServerProgram, withProgram } from "./running_program.ts";

/** A proxy that may be here. */
export interface ForwardProxy {
  /** What it is called. */
  readonly name: string;
  /** Whether this machine has it. */
  readonly isHere: boolean;
  /** Whether it wants the name `me` and the password `secret`. */
  readonly wantsPassword: boolean;
  /** Runs it; `urls` are its ways in, without a name and a password. */
  readonly around: (run: (urls: readonly string[]) => Promise<void>) => Promise<void>;
}

const TINYPROXY = findProgram("tinyproxy");
const SQUID = squidWithTls();
const SQUID_AUTH = "/usr/lib/squid/basic_ncsa_auth";
const DANTE = findProgram("danted") ?? findProgram("sockd");
const MICROSOCKS = findProgram("microsocks");
const SOCKS = ["socks5h", "socks5"] as const;

/** HTTP proxies. */
export const HTTP_PROXIES: readonly ForwardProxy[] = [
  proxy("tinyproxy", TINYPROXY, false, (program) => tinyproxy(program, ""), ["http"]),
  proxy(
    "tinyproxy with a password",
    TINYPROXY,
    true,
    (program) => tinyproxy(program, "BasicAuth me secret"),
    ["http"],
  ),
  proxy("Squid", SQUID, false, (program) => squid(program, false), ["http", "https"]),
  proxy(
    "Squid with a password",
    exists(SQUID_AUTH) ? SQUID : undefined,
    true,
    (program) => squid(program, true),
    ["http", "https"],
  ),
];

/** SOCKS proxies. */
export const SOCKS_PROXIES: readonly ForwardProxy[] = [
  proxy("microsocks", MICROSOCKS, false, (program) => microsocks(program, []), SOCKS),
  proxy(
    "microsocks with a password",
    MICROSOCKS,
    true,
    (program) => microsocks(program, ["-u", "me", "-P", "secret"]),
    SOCKS,
  ),
  proxy("Dante", DANTE, false, dante, SOCKS),
];

function proxy(
  name: string,
  program: string | undefined,
  wantsPassword: boolean,
  server: (program: string) => ServerProgram,
  schemes: readonly string[],
): ForwardProxy {
  return {
    name,
    isHere: program !== undefined,
    wantsPassword,
    around: (run) =>
      withProgram(server(program!), ({ ports }) => {
        return run(schemes.map((scheme, at) => {
          return `${scheme}://localhost:${ports[Math.min(at, ports.length - 1)]}`;
        }));
      }),
  };
}

function tinyproxy(program: string, line: string): ServerProgram {
  return {
    program,
    ports: 1,
    args: ({ folder }) => ["-d", "-c", `${folder}/tinyproxy.conf`],
    files: ({ ports: [port] }) => ({
      "tinyproxy.conf": `Port ${port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 50\n${line}\n`,
    }),
  };
}

function squid(program: string, wantsPassword: boolean): ServerProgram {
  const access = (folder: string): string =>
    wantsPassword
      ? `auth_param basic program ${SQUID_AUTH} ${folder}/passwords
         auth_param basic children 1
         acl known proxy_auth REQUIRED
         http_access allow known
         http_access deny all`
      : "http_access allow all";
  return {
    program,
    ports: 2,
    signal: "SIGKILL", // it takes its time otherwise
    args: ({ folder }) => ["-N", "-f", `${folder}/squid.conf`],
    files: ({ folder, ports: [port, tlsPort] }) => ({
      "cert.pem": SERVER_PAIR.cert,
      "key.pem": SERVER_PAIR.key,
      "passwords": "me:$1$salt$ez2vlPGdaLYkJam5pWs/Y1\n", // "secret"
      "squid.conf": `
        http_port 127.0.0.1:${port}
        https_port 127.0.0.1:${tlsPort} tls-cert=${folder}/cert.pem tls-key=${folder}/key.pem
        pid_filename none
        cache deny all
        cache_log /dev/null
        access_log none
        netdb_filename none
        coredump_dir /tmp
        shutdown_lifetime 0 seconds
        ${access(folder)}
      `.replace(/^\s+/gm, ""),
    }),
  };
}

function microsocks(program: string, args: readonly string[]): ServerProgram {
  return {
    program,
    ports: 1,
    args: ({ ports: [port] }) => ["-i", "127.0.0.1", "-p", `${port}`, ...args],
  };
}

function dante(program: string): ServerProgram {
  return {
    program,
    ports: 1,
    args: ({ folder }) => ["-f", `${folder}/danted.conf`, "-p", `${folder}/danted.pid`],
    files: ({ ports: [port] }) => ({
      "danted.conf": `
        internal: 127.0.0.1 port = ${port}
        external: 127.0.0.1
        clientmethod: none
        socksmethod: none
        user.privileged: root
        user.unprivileged: nobody
        client pass { from: 127.0.0.0/8 to: 0.0.0.0/0 }
        socks pass { from: 127.0.0.0/8 to: 0.0.0.0/0 }
      `.replace(/^\s+/gm, ""),
    }),
  };
}

/** Squid, if it was built to speak TLS with its clients. */
function squidWithTls(): string | undefined {
  const program = findProgram("squid");
  if (program === undefined) return undefined;
  const { stdout } = new Deno.Command(program, { args: ["-v"] }).outputSync();
  return new TextDecoder().decode(stdout).includes("--with-openssl") ? program : undefined;
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
