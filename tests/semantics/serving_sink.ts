/** A sink that writes down what is sent through it, for tests of what sends. */

import { FieldList } from "@avx/semantics/field-lines";
import type { RequestHead } from "@avx/semantics/head";
import { Exchange, type ExchangeOwner, type ResponseSink } from "@avx/semantics/serving";
import type { ResponseParts, UpgradeTaker } from "@avx/semantics/web";

/** A request's head that has what `parts` says. */
export function head(parts: Partial<RequestHead> = {}): RequestHead {
  return {
    method: "GET",
    target: "/",
    host: "localhost",
    fields: new FieldList([]),
    hasBody: false,
    contentLength: undefined,
    expectsContinue: false,
    ...parts,
  };
}

export const OWNER: ExchangeOwner & { informed: unknown[] } = {
  remoteAddr: { transport: "tcp", hostname: "192.0.2.1", port: 1 },
  localAddr: { transport: "tcp", hostname: "192.0.2.2", port: 80 },
  encrypted: false,
  maxBufferedBodyBytes: 1024,
  informed: [],
  sendInformational(_exchange, status, lines) {
    this.informed.push([status, lines]);
  },
};

export function exchange(parts: Partial<RequestHead> = {}): Exchange {
  return new Exchange(OWNER, head(parts), "http/1.1", undefined);
}

export class RecordingSink implements ResponseSink<Exchange> {
  readonly sent: string[] = [];
  lost = false;
  takesBody = true;
  onReady: (exchange: Exchange, parts: ResponseParts) => void = () => {};
  onData: () => Promise<void> | undefined = () => undefined;

  ready(exchange: Exchange, parts: ResponseParts): void {
    this.onReady(exchange, parts);
  }
  isLost(): boolean {
    return this.lost;
  }
  sendWhole(exchange: Exchange, parts: ResponseParts, body: string | Uint8Array | undefined): void {
    if (parts.lines.includes("bad name")) throw new TypeError("Cannot send field");
    this.sent.push(`whole ${parts.status} ${show(body)}`);
    this.#done(exchange, parts.status);
  }
  sendHead(exchange: Exchange, parts: ResponseParts, length: number | undefined): boolean {
    this.sent.push(`head ${parts.status} ${length}`);
    exchange.status = parts.status;
    if (!this.takesBody) this.#done(exchange, parts.status);
    return this.takesBody;
  }
  sendData(_exchange: Exchange, bytes: Uint8Array): Promise<void> | undefined {
    this.sent.push(`data ${show(bytes)}`);
    return this.onData();
  }
  sendEnd(exchange: Exchange): void {
    this.sent.push("end");
    this.#done(exchange, exchange.status);
  }
  sendUpgrade(exchange: Exchange, parts: ResponseParts, _taker: UpgradeTaker): void {
    this.sent.push(`upgrade ${parts.status}`);
    this.#done(exchange, parts.status);
  }
  abort(exchange: Exchange, error: Error): void {
    this.sent.push(`abort ${error.message}`);
    exchange.state = "done";
  }

  #done(exchange: Exchange, status: number): void {
    exchange.status = status;
    exchange.state = "done";
  }
}

function show(body: string | Uint8Array | undefined): string {
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : `${body}`;
}
