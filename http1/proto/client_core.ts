/**
 * The client's end of an HTTP/1.1 connection (RFC 9112), without input or output of its own.
 *
 * @module
 */

import { BufferPool } from "@avx/runtime/buffer-pool";
import { LocalProtocolError } from "@avx/semantics/errors";
import type { FieldLines } from "@avx/semantics/field-section";
import { responseFraming, UNTIL_CLOSE } from "./body_framing.ts";
import { BodyReader } from "./body_reader.ts";
import type { ClientEvent, Failed } from "./events.ts";
import { failed } from "./failure.ts";
import { HeadParser, INCOMPLETE } from "./head_parser.ts";
import { InputQueue } from "@avx/runtime/input-queue";
import * as life from "./lifecycle.ts";
import { DEFAULT_LIMITS, type Http1Limits } from "./limits.ts";
import { OutputQueue } from "@avx/runtime/output-queue";
import type { OutgoingHead } from "./outgoing_head.ts";
import { RequestWriter } from "./request_writer.ts";
import { ParsedResponse } from "./parsed_response.ts";

/** What {@linkcode ClientCore} is made of. */
export interface ClientCoreOptions {
  /** How much a peer may send. @default {DEFAULT_LIMITS} */
  readonly limits?: Http1Limits;
  /** Where its buffers come from and go back to. @default a pool of all clients */
  readonly buffers?: BufferPool;
}

/**
 * Whether a connection may carry a request: `new` and `idle` ones may, an `active` one has one in
 * progress, a `closed` one never will again.
 */
export type ClientState = "new" | "active" | "idle" | "closed";

const PEER_CLOSED: ClientEvent = Object.freeze({ type: "closed" });
const SHARED_BUFFERS: BufferPool = new BufferPool({ maxHeldBytes: 1024 * 1024 });

/**
 * Writes requests and reads responses, one exchange at a time, over bytes alone.
 *
 * Bytes given to {@linkcode receive} must not change while anyone holds them: heads and bodies point
 * into them, and so does the core while {@linkcode holdsInput} says so. All waits are the driver's: the core has no deadline.
 *
 * @example One exchange
 * ```ts
 * import { decodeUtf8, encodeUtf8 } from "@avx/runtime/ascii";
 * import { ClientCore } from "@avx/http1";
 * import { assertEquals } from "@std/assert";
 *
 * const core = new ClientCore();
 * core.sendHead({ method: "GET", target: "/", lines: ["host", "example.com"], body: "none" });
 * assertEquals(decodeUtf8(core.transmit()!), "GET / HTTP/1.1\r\nhost: example.com\r\n\r\n");
 *
 * core.receive(encodeUtf8("HTTP/1.1 204 No Content\r\n\r\n"), 0);
 * const event = core.next();
 * assertEquals(event?.type === "response" && event.head.status, 204);
 * assertEquals(core.next()?.type, "end");
 * assertEquals(core.state, "idle");
 * ```
 */
export class ClientCore {
  /** Always `undefined`: what a client waits for, and how long, is up to its driver. */
  readonly deadline: undefined = undefined;

  readonly #limits: Http1Limits;
  readonly #input: InputQueue = new InputQueue();
  readonly #output: OutputQueue;
  readonly #writer: RequestWriter;
  readonly #parser: HeadParser;
  readonly #bodyReader: BodyReader;

  #reading = life.IDLE;
  #used = false;
  #due = false; // a response, to a request of which the head at least is sent
  #method = "";
  #asksUpgrade = false;
  #keeps = false;
  #informational = 0;

  /** Makes one for a connection just opened. */
  constructor(options: ClientCoreOptions = {}) {
    const { limits = DEFAULT_LIMITS, buffers = SHARED_BUFFERS } = options;
    this.#limits = limits;
    this.#output = new OutputQueue(buffers);
    this.#writer = new RequestWriter(this.#output);
    this.#parser = new HeadParser("response", limits);
    this.#bodyReader = new BodyReader(limits);
  }

  /** Whether the connection may carry a request. */
  get state(): ClientState {
    if (this.#reading >= life.SWITCHED) return "closed";
    if (this.#due || this.#reading !== life.IDLE || this.#writer.state !== life.IDLE) {
      return "active";
    }
    // Whatever came unasked makes the connection useless, looked at or not.
    if (this.#input.ended || this.#input.at < this.#input.end) return "closed";
    return this.#used ? "idle" : "new";
  }

  /** How many bytes wait for {@linkcode transmit}. */
  get queuedBytes(): number {
    return this.#output.queuedBytes;
  }

  /** Whether what was received is held still, beyond the heads and bodies that events gave away. */
  get holdsInput(): boolean {
    return this.#input.at < this.#input.end;
  }

  /** Whether anything read now would be of use: on an idle connection too, to see it end. */
  get wantsInput(): boolean {
    return !this.#input.ended && this.#reading <= life.DONE;
  }

  /**
   * Takes in what was read; an empty array is the end.
   *
   * @param bytes They must not change while anyone holds them.
   * @param _now In ms; the same verb has a use for it in other cores.
   */
  receive(bytes: Uint8Array, _now: number): void {
    if (this.#reading < life.CLOSED || bytes.length === 0) this.#input.receive(bytes);
  }

  /** The next event; `undefined` if there is none. */
  next(): ClientEvent | undefined {
    switch (this.#reading) {
      case life.IDLE:
        return this.#due ? this.#nextHead() : this.#nextUnasked();
      case life.BODY:
        return this.#nextBody();
      case life.DONE:
        return this.#nextUnasked();
      default:
        return undefined;
    }
  }

  /** The next bytes to write; `undefined` if there are none. They are good until the next call. */
  transmit(): Uint8Array | undefined {
    return this.#output.transmit();
  }

  /** Does nothing: see {@linkcode deadline}. */
  tick(_now: number): void {}

  /**
   * Sends a request's head. With a body that is not `"none"`, {@linkcode sendEnd} is due.
   *
   * @throws {TypeError} If the method, the target or a line could not travel as it is.
   * @throws {LocalProtocolError} If the connection cannot carry a request now, there is not one
   * `host`, or a framing field is not true.
   */
  sendHead(head: OutgoingHead): void {
    const { state } = this;
    if (state !== "new" && state !== "idle") {
      throw new LocalProtocolError(
        `Cannot send a request as the connection must be idle: current state is "${state}"`,
      );
    }
    this.#writer.head(head);
    this.#used = true;
    this.#due = true;
    this.#method = head.method;
    this.#asksUpgrade = head.upgrade === true;
    this.#informational = 0;
  }

  /**
   * Sends a part of the body. One of more than 64 KiB is not copied and must not change until it
   * is transmitted.
   *
   * @throws {LocalProtocolError} If no body is due, or it is more than the head said.
   */
  sendData(bytes: Uint8Array): void {
    this.#writer.data(bytes);
  }

  /**
   * Ends the body. Trailers are dropped unless it goes in chunks.
   *
   * @throws {TypeError} If a trailer could not travel as it is.
   * @throws {LocalProtocolError} If no body is due, less was sent than the head said, or a field
   * may not be a trailer.
   */
  sendEnd(trailers?: FieldLines): void {
    this.#writer.end(trailers);
    if (this.#reading === life.DONE) this.#endExchange();
  }

  /**
   * Takes what was received behind the response that switched protocols.
   *
   * @throws {LocalProtocolError} If the connection is still HTTP/1.1.
   */
  takeRemainder(): Uint8Array {
    if (this.#reading !== life.SWITCHED) {
      throw new LocalProtocolError("Cannot take the remainder as the protocol was not switched");
    }
    return this.#input.take();
  }

  #nextHead(): ClientEvent | undefined {
    const input = this.#input;
    const { bytes, at } = input;
    const parser = this.#parser;
    const end = parser.parse(bytes, at, input.end);
    if (end === INCOMPLETE) {
      return input.ended
        ? this.#fail(failed("UNEXPECTED_EOF", "The connection ended before the response"))
        : undefined;
    }
    if (end < 0) return this.#fail(parser.failure!);
    input.at = end;
    const head = new ParsedResponse(parser, bytes, at);
    const event = this.#classify(head);
    parser.reset();
    return event;
  }

  #classify(head: ParsedResponse): ClientEvent {
    const { status } = head;
    if (status === 101) return this.#upgrade(head);
    if (status < 200) return this.#inform(head);
    // RFC 9110 §9.3.6: whatever the head says of a length, the tunnel starts behind it.
    if (this.#method === "CONNECT" && status < 300) return this.#switch(head);
    const { framing } = this.#parser;
    const { maxBodyBytes } = this.#limits;
    const length = responseFraming(framing, head.minorVersion, status, this.#method, maxBodyBytes);
    if (typeof length !== "number") return this.#fail(length);
    this.#due = false;
    this.#keeps = head.keepAlive && length !== UNTIL_CLOSE && !this.#writer.closes;
    this.#step(life.ON_HEAD);
    this.#bodyReader.begin(length);
    return { type: "response", head };
  }

  #inform(head: ParsedResponse): ClientEvent {
    const most = this.#limits.maxInformational;
    if (++this.#informational > most) {
      return this.#fail(
        failed("TOO_MANY_INFORMATIONAL", `There are more than ${most} interim responses`),
      );
    }
    this.#step(life.ON_INTERIM);
    return { type: "informational", head };
  }

  #upgrade(head: ParsedResponse): ClientEvent {
    // RFC 9110 §7.8: only what was asked for, and only behind the whole request.
    return this.#asksUpgrade && this.#parser.framing.upgrade && this.#writer.state === life.DONE
      ? this.#switch(head)
      : this.#fail(failed("UPGRADE_REFUSED", "The server switches protocols unasked"));
  }

  #switch(head: ParsedResponse): ClientEvent {
    if (this.#writer.state !== life.DONE) {
      return this.#fail(failed("UPGRADE_REFUSED", "The tunnel starts within the request"));
    }
    this.#due = false;
    this.#step(life.ON_SWITCH);
    this.#writer.step(life.ON_SWITCH, "switch protocols");
    return { type: "upgraded", head };
  }

  #nextBody(): ClientEvent | undefined {
    const event = this.#bodyReader.next(this.#input);
    if (event === undefined) return undefined;
    if (event.type === "failed") return this.#fail(event);
    if (event.type === "end") {
      this.#step(life.ON_END);
      if (this.#writer.state === life.DONE || !this.#keeps) this.#endExchange();
    }
    return event;
  }

  /** Looks at what came while no response is due: nothing may. */
  #nextUnasked(): ClientEvent | undefined {
    if (this.#input.at < this.#input.end) {
      return this.#fail(failed("UNEXPECTED_DATA", "The server sent what nobody asked for"));
    }
    if (!this.#input.ended) {
      this.#input.clear();
      return undefined;
    }
    this.#step(life.ON_LAST);
    return PEER_CLOSED;
  }

  #endExchange(): void {
    if (this.#keeps) {
      this.#step(life.ON_NEXT);
      this.#writer.step(life.ON_NEXT, "go on");
    } else {
      this.#step(life.ON_LAST);
      this.#input.clear();
    }
  }

  #fail(failure: Failed): Failed {
    this.#step(life.ON_FAIL);
    this.#due = false;
    this.#input.clear();
    return failure;
  }

  #step(event: number): void {
    this.#reading = life.transition(life.RESPONSES, this.#reading, event);
  }
}
