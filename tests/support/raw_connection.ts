/**
 * A peer that says exactly what a test wants, and shows exactly what came.
 *
 * @module
 */

const encoder = new TextEncoder();

/** One end of a TCP connection, read in pieces of text (a character a byte) or bytes. */
export class RawConnection {
  readonly #connection: Deno.TcpConn;
  readonly #buffer = new Uint8Array(64 * 1024);
  #rest: Uint8Array = new Uint8Array(0);
  #closed = false;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Connects to a port of this machine. */
  static async open(port: number): Promise<RawConnection> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay(true);
    return new RawConnection(connection);
  }

  /** Writes all of it; text is UTF-8. */
  async write(content: string | Uint8Array): Promise<void> {
    const bytes = typeof content === "string" ? encoder.encode(content) : content;
    let written = 0;
    while (written < bytes.length) written += await this.#connection.write(bytes.subarray(written));
  }

  /** Reads up to `end` and returns it with what was before. Throws at the end of the stream. */
  async readUntil(end: string): Promise<string> {
    let text = "";
    for (;;) {
      for (let at = 0; at < this.#rest.length; at++) {
        text += String.fromCharCode(this.#rest[at]);
        if (text.endsWith(end)) {
          this.#rest = this.#rest.subarray(at + 1);
          return text;
        }
      }
      const chunk = await this.#readChunk();
      if (chunk === undefined) throw new Error(`The peer closed after ${JSON.stringify(text)}`);
      this.#rest = chunk;
    }
  }

  /** A head, up to and with its empty line. */
  readHead(): Promise<string> {
    return this.readUntil("\r\n\r\n");
  }

  /** Reads `count` bytes away and returns how many came: fewer only at the end of the stream. */
  async skip(count: number): Promise<number> {
    let left = count - Math.min(count, this.#rest.length);
    this.#rest = this.#rest.subarray(count - left);
    while (left > 0) {
      // In place: a test of memory must not make garbage of its own.
      const length = await this.#connection.read(this.#buffer);
      if (length === null) break;
      if (length > left) this.#rest = this.#buffer.slice(left, length);
      left -= Math.min(left, length);
    }
    return count - left;
  }

  /** Everything up to the end of the stream, a reset included. */
  async readToEnd(): Promise<string> {
    let text = "";
    try {
      for (;;) {
        for (const byte of this.#rest) text += String.fromCharCode(byte);
        const chunk = await this.#readChunk();
        if (chunk === undefined) return text;
        this.#rest = chunk;
      }
    } catch {
      return text;
    }
  }

  /** Ends the writing half. */
  closeWrite(): Promise<void> {
    return this.#connection.closeWrite();
  }

  /** Closes both halves. Calling it again does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close();
  }

  /** Waits for an answer and closes without reading it, which makes the system send a reset. */
  async reset(): Promise<void> {
    await this.#connection.read(new Uint8Array(1));
    this.close();
  }

  async #readChunk(): Promise<Uint8Array | undefined> {
    const length = await this.#connection.read(this.#buffer);
    this.#rest = new Uint8Array(0);
    return length === null ? undefined : this.#buffer.slice(0, length);
  }
}

/** Opens a connection for `run`, and closes it. */
export async function connected(
  port: number,
  run: (connection: RawConnection) => Promise<void>,
): Promise<void> {
  const connection = await RawConnection.open(port);
  try {
    await run(connection);
  } finally {
    connection.close();
  }
}

/** A GET, as text. */
export function get(target: string, ...lines: string[]): string {
  return [`GET ${target} HTTP/1.1`, "Host: localhost", ...lines, "", ""].join("\r\n");
}
