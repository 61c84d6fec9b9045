/**
 * A client that speaks HTTP/1.1 by hand: as slow, rude or silent as a test needs it.
 *
 * @module
 */

/** What a peer needs of a connection; a transport and a `Deno.Conn` both have it. */
export interface PeerStream {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
}

/** A response, taken apart. */
export interface PeerResponse {
  readonly status: number;
  /** Status line and field lines. */
  readonly head: string;
  /** The content, without its chunks. */
  readonly body: string;
}

/** See the module. */
export class Peer {
  readonly #stream: PeerStream;
  #received = "";
  #ended = false;

  constructor(stream: PeerStream) {
    this.#stream = stream;
  }

  /** Whether the server has ended or broken the connection, as far as was read. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Sends text, all of it. */
  async send(text: string): Promise<void> {
    let bytes = new TextEncoder().encode(text);
    while (bytes.length > 0) bytes = bytes.subarray(await this.#stream.write(bytes));
  }

  /** Sends a GET and returns its response. */
  async get(path = "/"): Promise<PeerResponse> {
    await this.send(`GET ${path} HTTP/1.1\r\nhost: test\r\n\r\n`);
    return await this.response();
  }

  /** The next final response; interim ones are skipped. */
  async response(): Promise<PeerResponse> {
    for (;;) {
      const head = await this.#until("\r\n\r\n");
      const status = Number(head.slice(9, 12));
      if (status < 200) continue;
      return { status, head, body: await this.#body(head) };
    }
  }

  /** Everything until the server ends or breaks the connection. */
  async rest(): Promise<string> {
    while (await this.#more());
    const rest = this.#received;
    this.#received = "";
    return rest;
  }

  /** Closes the connection. */
  close(): void {
    this.#stream.close();
  }

  async #body(head: string): Promise<string> {
    const length = /^content-length: *(\d+)/im.exec(head);
    if (length !== null) return await this.#take(Number(length[1]));
    if (!/^transfer-encoding: *chunked/im.test(head)) return "";
    let body = "";
    for (;;) {
      const size = parseInt(await this.#until("\r\n"), 16);
      if (size === 0) break;
      body += (await this.#take(size + 2)).slice(0, size);
    }
    while (await this.#until("\r\n") !== "\r\n");
    return body;
  }

  async #until(mark: string): Promise<string> {
    for (;;) {
      const at = this.#received.indexOf(mark);
      if (at !== -1) return await this.#take(at + mark.length);
      await this.#need();
    }
  }

  async #take(length: number): Promise<string> {
    while (this.#received.length < length) await this.#need();
    const taken = this.#received.slice(0, length);
    this.#received = this.#received.slice(length);
    return taken;
  }

  async #need(): Promise<void> {
    if (await this.#more()) return;
    throw new Error(`The server ended the connection after ${JSON.stringify(this.#received)}`);
  }

  async #more(): Promise<boolean> {
    const into = new Uint8Array(16 * 1024);
    const length = await this.#stream.read(into).catch(() => null);
    if (length === null) {
      this.#ended = true;
      return false;
    }
    this.#received += new TextDecoder().decode(into.subarray(0, length));
    return true;
  }
}
