/**
 * Messages for all who have subscribed to a topic.
 *
 * @module
 */

import type { WebSocketConnection } from "./connection.ts";
import { SharedFrame } from "./proto/shared_frame.ts";

/** What may be said about a message that is published. */
export interface PublishOptions {
  /** Who is not sent it: mostly whoever said it. */
  readonly except?: WebSocketConnection;
}

/**
 * Topics and who has subscribed to them. A message is framed once for all of them, and compressed
 * once for each size of window: on its own, so that it is the same for all. What a connection sends
 * next by itself refers to nothing from before (RFC 7692 §7.2.3.2 lets it). Connections that close are
 * taken out.
 *
 * A subscriber that does not keep up is closed with 1008 when `maxQueuedBytes` wait for it; with
 * `slowPeer: "pause"` it is passed over instead, so that neither takes memory without end.
 *
 * @example A room
 * ```ts
 * import { Topics } from "@avx/ws/topics";
 * import { upgradeWebSocket } from "@avx/ws/upgrade";
 * import { assertEquals } from "@std/assert";
 *
 * const topics = new Topics();
 *
 * function handler(request: Request): Response {
 *   const { socket, response } = upgradeWebSocket(request);
 *   socket.onopen = () => topics.subscribe("room", socket);
 *   socket.onmessage = ({ data }) => topics.publish("room", String(data), { except: socket });
 *   return response;
 * }
 *
 * assertEquals(typeof handler, "function");
 * assertEquals(topics.publish("room", "nobody is here"), 0);
 * ```
 */
export class Topics {
  readonly #subscribers = new Map<string, Set<WebSocketConnection>>();
  readonly #topics = new Map<WebSocketConnection, Set<string>>();
  readonly #onClose = (event: { readonly target: EventTarget }): void =>
    this.unsubscribeAll(event.target as WebSocketConnection);

  /** Subscribes a connection, until it closes. Does nothing where it has, or is closed. */
  subscribe(topic: string, socket: WebSocketConnection): void {
    if (socket.readyState === socket.CLOSED) return;
    let topics = this.#topics.get(socket);
    if (topics === undefined) {
      topics = new Set();
      this.#topics.set(socket, topics);
      socket.addEventListener("close", this.#onClose);
    }
    topics.add(topic);
    const subscribers = this.#subscribers.get(topic);
    if (subscribers === undefined) this.#subscribers.set(topic, new Set([socket]));
    else subscribers.add(socket);
  }

  /** Takes a subscription back. Returns whether there was one. */
  unsubscribe(topic: string, socket: WebSocketConnection): boolean {
    const topics = this.#topics.get(socket);
    if (topics?.delete(topic) !== true) return false;
    if (topics.size === 0) this.#forget(socket);
    this.#remove(topic, socket);
    return true;
  }

  /** Takes all subscriptions of a connection back. */
  unsubscribeAll(socket: WebSocketConnection): void {
    const topics = this.#topics.get(socket);
    if (topics === undefined) return;
    this.#forget(socket);
    for (const topic of topics) this.#remove(topic, socket);
  }

  /**
   * Sends a message to all who have subscribed.
   *
   * @param topic The topic.
   * @param message Text or bytes; bytes are copied.
   * @param options Who is left out.
   * @returns To how many it was sent.
   */
  publish(topic: string, message: string | Uint8Array, options: PublishOptions = {}): number {
    const subscribers = this.#subscribers.get(topic);
    if (subscribers === undefined) return 0;
    const frame = new SharedFrame(message);
    let count = 0;
    for (const socket of subscribers) {
      if (socket !== options.except && socket.sendShared(frame)) count++;
    }
    return count;
  }

  /** How many have subscribed. */
  count(topic: string): number {
    return this.#subscribers.get(topic)?.size ?? 0;
  }

  /** What a connection has subscribed to. */
  topicsOf(socket: WebSocketConnection): string[] {
    return [...this.#topics.get(socket) ?? []];
  }

  #forget(socket: WebSocketConnection): void {
    this.#topics.delete(socket);
    socket.removeEventListener("close", this.#onClose);
  }

  #remove(topic: string, socket: WebSocketConnection): void {
    const subscribers = this.#subscribers.get(topic);
    subscribers?.delete(socket);
    if (subscribers?.size === 0) this.#subscribers.delete(topic);
  }
}
