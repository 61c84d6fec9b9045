import { Client, type ClientOptions } from "@avx/client";
import { ConnectError, type StackError, TimeoutError, TlsError } from "@avx/runtime/errors";
import { ProxyError } from "@avx/semantics/errors";
import { assertEquals, assertInstanceOf, assertRejects } from "../support/assert.ts";
import { within } from "../support/deadline.ts";

/** What is at the other end, and what a request comes to. */
interface Fault {
  readonly name: string;
  readonly options: (port: number) => ClientOptions;
  /** Where the request goes; by default to where only a proxy could reach. */
  readonly url?: (port: number) => string;
  readonly play: (peer: Deno.TcpConn) => Promise<unknown>;
  // deno-lint-ignore no-explicit-any -- what assertInstanceOf takes
  readonly error: new (...args: any[]) => Error;
  readonly code?: string;
  readonly phase?: string;
}

const http = (port: number): ClientOptions => ({ proxy: `http://127.0.0.1:${port}` });
const socks = (port: number): ClientOptions => ({ proxy: `socks5h://127.0.0.1:${port}` });
const direct = (port: number): string => `https://127.0.0.1:${port}/`;

const FAULTS: readonly Fault[] = [
  {
    name: "a proxy refuses",
    options: http,
    play: (peer) => say(peer, "HTTP/1.1 403 Forbidden\r\n\r\n"),
    error: ProxyError,
    code: "PROXY_REFUSED",
  },
  {
    name: "a proxy wants a password",
    options: http,
    play: (peer) => say(peer, "HTTP/1.1 407 Who?\r\nproxy-authenticate: Basic\r\n\r\n"),
    error: ProxyError,
    code: "PROXY_AUTHENTICATION_REQUIRED",
  },
  {
    name: "a proxy refuses byte by byte",
    options: http,
    play: async (peer) => {
      for (const byte of "HTTP/1.1 502 Bad Gateway\r\nvia: a\r\n\r\n") await say(peer, byte);
    },
    error: ProxyError,
    code: "PROXY_REFUSED",
  },
  {
    name: "a proxy talks rubbish",
    options: http,
    play: (peer) => say(peer, "220 mail.example ESMTP\r\n"),
    error: ProxyError,
    code: "PROXY_INVALID_REPLY",
  },
  {
    name: "a proxy talks too much",
    options: http,
    play: (peer) => say(peer, `HTTP/1.1 200 OK\r\nx: ${"y".repeat(17_000)}`),
    error: ProxyError,
    code: "PROXY_REPLY_TOO_LARGE",
  },
  {
    name: "a proxy hangs up",
    options: http,
    play: async (peer) => {
      await say(peer, "HTTP/1.1 200 OK\r\n");
      await peer.closeWrite();
    },
    error: ProxyError,
    code: "PROXY_CLOSED",
  },
  {
    name: "a proxy is silent",
    options: (port) => ({ ...http(port), timeouts: { connect: 50 } }),
    play: () => Promise.resolve(),
    error: TimeoutError,
    phase: "connect",
  },
  {
    name: "a proxy opens a tunnel to somebody who does not speak TLS",
    options: http,
    play: (peer) => say(peer, "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 400 Bad Request\r\n\r\n"),
    error: TlsError,
    code: "TLS_NOT_SPOKEN",
  },
  {
    name: "a SOCKS proxy lets nobody in",
    options: socks,
    play: (peer) => say(peer, "\x05\xff"),
    error: ProxyError,
    code: "PROXY_AUTHENTICATION_REQUIRED",
  },
  {
    name: "a SOCKS proxy does not reach the host",
    options: socks,
    play: async (peer) => {
      await say(peer, "\x05\x00");
      await peer.read(new Uint8Array(512));
      await say(peer, "\x05\x04\x00\x01\x00\x00\x00\x00\x00\x00");
    },
    error: ProxyError,
    code: "EHOSTUNREACH",
  },
  {
    name: "a SOCKS proxy is none",
    options: socks,
    play: (peer) => say(peer, "HTTP/1.1 400 Bad Request\r\n\r\n"),
    error: ProxyError,
    code: "PROXY_INVALID_REPLY",
  },
  {
    name: "a server does not speak TLS",
    options: () => ({}),
    url: direct,
    play: (peer) => say(peer, "HTTP/1.1 400 Bad Request\r\n\r\n"),
    error: TlsError,
    code: "TLS_NOT_SPOKEN",
  },
  {
    name: "a server hangs up instead of a handshake",
    options: () => ({}),
    url: direct,
    play: (peer) => peer.closeWrite(),
    error: TlsError,
    code: "UNEXPECTED_EOF",
  },
  {
    name: "a server is silent instead of a handshake",
    options: () => ({ timeouts: { tls: 50 } }),
    url: direct,
    play: () => Promise.resolve(),
    error: TimeoutError,
    phase: "tls",
  },
  {
    name: "a resolver is silent",
    options: () => ({ timeouts: { dns: 50 }, dns: { resolve: () => new Promise(() => {}) } }),
    url: () => "https://a.example/",
    play: () => Promise.resolve(),
    error: TimeoutError,
    phase: "dns",
  },
  {
    name: "nobody listens at any address",
    options: () => ({ dns: { resolve: () => ["127.0.0.1", "127.0.0.2"] } }),
    url: () => "https://a.example:1/",
    play: () => Promise.resolve(),
    error: ConnectError,
    code: "ECONNREFUSED",
  },
];

for (const { name, options, url, play, error: family, code, phase } of FAULTS) {
  Deno.test(`on real sockets: ${name}`, async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    const peers: Deno.TcpConn[] = [];
    const serving = listener.accept().then(async (peer) => {
      peers.push(peer);
      await peer.read(new Uint8Array(4_096)); // what the client says first
      await play(peer).catch(() => {}); // it may have hung up
    }, () => {});
    const client = new Client(options(port));
    try {
      const asked = client.request(url?.(port) ?? "https://a.example/");
      const error = await within(10_000, assertRejects(() => asked));
      assertInstanceOf(error, family);
      if (code !== undefined) assertEquals((error as StackError).code, code);
      if (phase !== undefined) assertEquals((error as TimeoutError).phase, phase);
      const { active, idle, opening, waiting } = client.stats();
      assertEquals([active, idle, opening, waiting], [0, 0, 0, 0]);
    } finally {
      client.close();
      listener.close();
      await serving;
      for (const peer of peers) peer.close();
    }
  });
}

async function say(peer: Deno.TcpConn, text: string): Promise<void> {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  for (let at = 0; at < bytes.length;) at += await peer.write(bytes.subarray(at));
}
