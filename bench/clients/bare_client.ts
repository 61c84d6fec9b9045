/**
 * What no client here can be faster than: a connection for each request that is under way, constant
 * bytes written, the response read and looked at no further than it takes to find its end.
 *
 * @module
 */

const BUFFER_BYTES = 64 * 1024;

/** Asks for `url` over as many connections as there are requests under way. */
export function bareClient(url: URL): () => Promise<unknown> {
  const idle: BareConnection[] = [];
  return async () => {
    const connection = idle.pop() ?? await BareConnection.open(url);
    const length = await connection.ask();
    idle.push(connection);
    return length;
  };
}

class BareConnection {
  readonly #conn: Deno.TcpConn;
  readonly #request: Uint8Array;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);

  private constructor(conn: Deno.TcpConn, request: Uint8Array) {
    this.#conn = conn;
    this.#request = request;
  }

  static async open({ hostname, port, host, pathname }: URL): Promise<BareConnection> {
    const conn = await Deno.connect({ hostname, port: Number(port) });
    conn.setNoDelay(true);
    const request = `GET ${pathname} HTTP/1.1\r\nhost: ${host}\r\n\r\n`;
    return new BareConnection(conn, new TextEncoder().encode(request));
  }

  /** Sends the request and reads what comes in one read. Returns its length. */
  async ask(): Promise<number> {
    this.#conn.write(this.#request);
    const count = await this.#conn.read(this.#buffer);
    if (count === null || this.#buffer[0] !== 0x48) throw new Error("The server hung up");
    return count;
  }
}
