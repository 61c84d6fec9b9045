/**
 * A shorter way to the bytes of a TLS session in Deno 2.9 than Node's streams.
 *
 * `node:tls` in Deno makes two array buffers for every read, one of what arrived and one of what it
 * says, and sends both reads and writes through the whole of Node's stream machinery: a fifth of
 * what a small request costs. Here all sessions share two buffers, and bytes go between them and
 * the native session directly. The stream stays in charge of everything else: the handshake, the
 * end, errors and closing.
 *
 * This is below the documented API. It is therefore taken only where the version is known and
 * everything looks as it does there; elsewhere sessions are read and written as streams.
 *
 * @module
 */

import type { TLSSocket } from "node:tls";
import { getSystemErrorName } from "node:util";
import { closedError, systemError } from "../translate_error.ts";
import type { ShortcutEnds, StreamShortcut } from "./node_stream.ts";

const KNOWN_VERSION = /^2\.9\./;
const SHARED_BYTES = 64 * 1024; // what the system is asked for by one read

/** The shorter way to the bytes of `session`, if there is one. Its handshake is done. */
export function shortcutOf(session: TLSSocket): StreamShortcut | undefined {
  if (!IN_KNOWN_DENO) return undefined;
  const handle = (session as unknown as { _handle?: object | null })._handle;
  if (!hasMethods<SessionHandle>(handle, SESSION_METHODS)) return undefined;
  const socket = handle._nativeTcpHandle;
  if (!hasMethods<SocketHandle>(socket, SOCKET_METHODS)) return undefined;
  return new TlsShortcut(session, handle, socket);
}

class TlsShortcut implements StreamShortcut {
  readonly #session: TLSSocket;
  readonly #handle: SessionHandle;
  readonly #socket: SocketHandle;
  #ends: ShortcutEnds | undefined;
  // One write at a time: one request serves all of them.
  readonly #request: WriteRequest = { oncomplete: (status) => this.#written(status) };

  constructor(session: TLSSocket, handle: SessionHandle, socket: SocketHandle) {
    this.#session = session;
    this.#handle = handle;
    this.#socket = socket;
  }

  open(ends: ShortcutEnds): void {
    this.#ends = ends;
    const early: Uint8Array | null = this.#session.read();
    if (early !== null) ends.received(early);
    shared ??= {
      ciphertext: new Uint8Array(SHARED_BYTES),
      cleartext: new Uint8Array(SHARED_BYTES),
    };
    this.#readSocket(shared.ciphertext);
    this.#readSession(shared.cleartext, early?.length ?? 0, ends);
    this.#session.resume(); // nothing comes this way any more but the end
  }

  write(bytes: Uint8Array): void {
    if (this.#handle.writeBuffer(this.#request, bytes) === 0) return;
    this.#ends?.written(closedError("The transport has been closed"));
  }

  #written(status: number): void {
    if (status >= 0) return this.#ends?.written(undefined);
    const code = getSystemErrorName(status);
    const error = systemError("Error", code, `Cannot write: ${code}`);
    this.#session.destroy(error);
    this.#ends?.written(error);
  }

  /** What arrives is read into `buffer` and given to the session, which copies it. */
  #readSocket(buffer: Uint8Array): void {
    const socket = this.#socket;
    const session = this.#handle;
    const { onread } = socket;
    let seen = socket.getBytesRead();
    let filled = buffer;
    socket.onread = () => {
      const count = socket.getBytesRead() - seen;
      if (count === 0) return onread.call(socket); // the end, or an error
      seen += count;
      // Requests are often as long as the last one: its view serves again.
      if (count !== filled.length) filled = buffer.subarray(0, count);
      session.receive(filled);
    };
    socket.useUserBuffer(buffer);
    socket.readStop(); // it asks for what is set here when it starts
    socket.readStart();
  }

  /** What the session decrypts is put into `buffer`, part by part. */
  #readSession(buffer: Uint8Array, early: number, ends: ShortcutEnds): void {
    const handle = this.#handle;
    const { onread } = handle;
    // All that is decrypted is counted before the first part of it comes. What was decrypted along
    // with the end of the handshake is still to come.
    let seen = early;
    let filled = buffer;
    handle.onread = () => {
      const count = Math.min(handle.getBytesRead() - seen, buffer.length);
      if (count === 0) return onread.call(handle); // the end, or an error
      seen += count;
      if (count !== filled.length) filled = buffer.subarray(0, count);
      ends.received(filled);
    };
    handle.useUserBuffer(buffer);
    handle.readStart();
  }
}

const IN_KNOWN_DENO: boolean = "Deno" in globalThis && KNOWN_VERSION.test(Deno.version.deno);

/** Each is emptied before anything else is read, whichever connection that is on. */
let shared: { readonly ciphertext: Uint8Array; readonly cleartext: Uint8Array } | undefined;

/** What both kinds of handle have. */
interface ReadHandle {
  /** Called without arguments when the buffer was filled, and at the end and at errors. */
  onread: (this: unknown) => void;
  readStart(): number;
  getBytesRead(): number;
  useUserBuffer(buffer: Uint8Array): void;
}

interface SocketHandle extends ReadHandle {
  readStop(): number;
}

interface SessionHandle extends ReadHandle {
  readonly _nativeTcpHandle?: object | null;
  /** Takes ciphertext in. */
  receive(bytes: Uint8Array): void;
  /** Encrypts a copy of `bytes` and sends it; 0, or an error number where the session is gone. */
  writeBuffer(request: WriteRequest, bytes: Uint8Array): number;
}

interface WriteRequest {
  readonly oncomplete: (status: number) => void;
}

const READ_METHODS = ["onread", "readStart", "getBytesRead", "useUserBuffer"];
const SOCKET_METHODS = [...READ_METHODS, "readStop"];
const SESSION_METHODS = [...READ_METHODS, "receive", "writeBuffer"];

function hasMethods<T extends object>(
  handle: object | null | undefined,
  names: readonly string[],
): handle is T {
  return typeof handle === "object" && handle !== null &&
    names.every((name) => typeof (handle as Record<string, unknown>)[name] === "function");
}
