/**
 * Which protocol serves a connection, and with what configuration.
 *
 * @module
 */

import type { Http1ServerConfig } from "@avx/http1/server-config";
import { Http1ServerConnection } from "@avx/http1/server-connection";
import type { Http2ServerConfig } from "@avx/http2/server-config";
import { Http2ServerConnection } from "@avx/http2/server-connection";
import { BufferPool } from "@avx/runtime/buffer-pool";
import type { Transport } from "@avx/runtime/ports/transport";
import type { Timers } from "@avx/runtime/timers";
import { DateLine } from "@avx/semantics/serving";
import type { ServedConnection } from "./connections.ts";
import type { ServerConfig } from "./options.ts";
import { PrefaceSniffer, type SnifferOptions } from "./preface_sniffer.ts";

/** Makes the connection that serves a transport whose handshake is done. */
export type Connect = (transport: Transport) => ServedConnection;

/**
 * Chooses by ALPN over TLS and by the preface in clear text, among the protocols that are served.
 */
export function connectByProtocol(config: ServerConfig, timers: Timers): Connect {
  const http1 = http1Config(config, timers);
  const http2 = http2Config(config, http1);
  const serveHttp1 = (transport: Transport, received?: Uint8Array): ServedConnection =>
    new Http1ServerConnection(transport, http1, received);
  const serveHttp2 = (transport: Transport, received?: Uint8Array): ServedConnection =>
    new Http2ServerConnection(transport, http2, received);
  const { protocols } = config;
  if (!protocols.includes("h2")) return (transport) => serveHttp1(transport);
  if (!protocols.includes("http/1.1")) return (transport) => serveHttp2(transport);
  const sniffer: SnifferOptions = {
    timers,
    firstBytesMs: config.timeouts.headers,
    http1: serveHttp1,
    http2: serveHttp2,
  };
  return (transport) => {
    if (!transport.encrypted) return new PrefaceSniffer(transport, sniffer);
    // RFC 7301: a client that offers nothing is one of HTTP/1.1.
    return transport.tls?.alpnProtocol === "h2" ? serveHttp2(transport) : serveHttp1(transport);
  };
}

function http1Config(config: ServerConfig, timers: Timers): Http1ServerConfig {
  const { clock, handler, limits, maxBufferedBodyBytes, observer, onError, timeouts } = config;
  return Object.freeze({
    handler,
    onError,
    limits,
    timeouts: Object.freeze({
      headMs: timeouts.headers,
      bodyMs: timeouts.body,
      minBodyBytesPerSecond: timeouts.minBodyBytesPerSecond,
      minBodyRateGraceMs: timeouts.minBodyRateGrace,
      idleMs: timeouts.keepAlive,
      handlerMs: timeouts.handler,
      writeMs: timeouts.write,
      lingerMs: timeouts.linger,
    }),
    timers,
    buffers: new BufferPool(),
    maxBufferedBodyBytes,
    date: new DateLine(() => clock.wallNow()),
    observer,
  });
}

function http2Config(config: ServerConfig, shared: Http1ServerConfig): Http2ServerConfig {
  const { handlerMs, writeMs, lingerMs } = shared.timeouts;
  return Object.freeze({
    ...shared,
    limits: config.http2.limits,
    push: config.http2.push,
    timeouts: Object.freeze({ ...config.http2.timeouts, handlerMs, writeMs, lingerMs }),
  });
}
