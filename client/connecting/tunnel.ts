/**
 * From a connection to a proxy to one through it.
 *
 * @module
 */

import type { Observer } from "@avx/runtime/ports/observer";
import type { Network, Transport } from "@avx/runtime/ports/transport";
import type { Timers } from "@avx/runtime/timers";
import { translateError } from "@avx/runtime/translate-error";
import { ProxyError } from "@avx/semantics/errors";
import { isHttpProxy, type ProxyTarget } from "../route.ts";
import { ConnectDialogue } from "./connect_dialogue.ts";
import type { HostPort } from "./dialer.ts";
import { reported } from "./phase.ts";
import type { ProxyDialogue } from "./proxy_dialogue.ts";
import { Socks5Dialogue } from "./socks5.ts";
import { startTls } from "./tls_start.ts";

/** What a tunnel needs. */
export interface TunnelOptions {
  /** The way to the outside. */
  readonly network: Network;
  /** The proxy. */
  readonly proxy: ProxyTarget;
  /** Where to; `undefined` goes no further than the proxy. */
  readonly target: HostPort | undefined;
  /** Gives it up. */
  readonly signal: AbortSignal;
  /** The time. */
  readonly timers: Timers;
  /** Hears what happens. */
  readonly observer: Observer | undefined;
}

/**
 * Goes through a proxy: does TLS with it where its URL says so, then asks it for the way.
 *
 * @param plain A connection to the proxy. It is closed where it leads nowhere.
 * @throws {ProxyError} If the proxy gives no way.
 * @throws {TlsError} If TLS with the proxy fails.
 */
export async function throughProxy(plain: Transport, options: TunnelOptions): Promise<Transport> {
  const { proxy, target, signal, timers, observer } = options;
  let transport = plain;
  if (proxy.protocol === "https") {
    const { tls, hostname } = proxy;
    transport = await startTls(plain, { ...options, tls, hostname, alpnProtocols: ["http/1.1"] });
  }
  if (target === undefined) return transport;
  const asking = ask(transport, () => dialogueOf(proxy, target), signal);
  if (observer === undefined) await asking;
  else {
    const event = { proxy: proxy.key, target: authorityOf(target) };
    observer["proxy.start"]?.(event);
    await reported(asking, timers, (end) => observer["proxy.end"]?.({ ...event, ...end }));
  }
  return transport;
}

function dialogueOf(proxy: ProxyTarget, target: HostPort): ProxyDialogue {
  const { credentials, fields, maxReplyBytes } = proxy;
  return isHttpProxy(proxy)
    ? new ConnectDialogue({ authority: authorityOf(target), fields, maxReplyBytes })
    : new Socks5Dialogue({ ...target, credentials });
}

async function ask(
  transport: Transport,
  dialogue: () => ProxyDialogue,
  signal: AbortSignal,
): Promise<void> {
  // A read cannot be given up but by closing.
  const abort = (): void => transport.close();
  signal.addEventListener("abort", abort);
  try {
    if (signal.aborted) throw signal.reason;
    await converse(transport, dialogue());
  } catch (error) {
    transport.close();
    throw signal.aborted ? signal.reason : translateError(error, "connect");
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

async function converse(transport: Transport, dialogue: ProxyDialogue): Promise<void> {
  const into = new Uint8Array(MAX_WANTED_BYTES);
  for (;;) {
    const bytes = dialogue.take();
    if (bytes !== undefined) {
      for (let at = 0; at < bytes.length;) at += await transport.write(bytes.subarray(at));
    }
    const { wantsBytes } = dialogue;
    if (wantsBytes === 0) return;
    const count = await transport.read(into.subarray(0, wantsBytes));
    if (count === null) {
      throw new ProxyError("Cannot connect: the proxy ended the connection without an answer", {
        code: "PROXY_CLOSED",
      });
    }
    const failure = dialogue.receive(into.subarray(0, count));
    if (failure !== undefined) {
      const { code, reason, status } = failure;
      throw new ProxyError(`Cannot connect through the proxy: ${reason}`, { code, status });
    }
  }
}

const MAX_WANTED_BYTES = 257; // a SOCKS reply with the longest name

function authorityOf({ hostname, port }: HostPort): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}
