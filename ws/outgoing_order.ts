/**
 * Messages in the order they were sent, although some have to be read first.
 *
 * @module
 */

type Ready = string | Uint8Array;

/** Holds what is sent behind a `Blob` until that has been read. Mostly there is none. */
export class OutgoingOrder {
  #tail: Promise<void> | undefined;
  #held = 0;
  #heldBytes = 0;

  /** Whether something is being held. */
  get holding(): boolean {
    return this.#held > 0;
  }

  /** How many bytes are held; characters of text count as one. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Sends `message` when it has been read and all that was sent before is out. */
  hold(
    message: string | ArrayBufferLike | ArrayBufferView | Blob,
    send: (ready: Ready) => void,
  ): void {
    const size = sizeOf(message);
    // What may be changed by its owner is copied now.
    const ready = message instanceof Blob ? message.arrayBuffer() : snapshot(message);
    this.#held++;
    this.#heldBytes += size;
    this.#tail = Promise.all([ready, this.#tail]).then(([read]) => {
      send(read instanceof ArrayBuffer ? new Uint8Array(read) : read);
    }).catch(() => {
      // A blob whose file is gone: there is nothing to send.
    }).finally(() => {
      this.#held--;
      this.#heldBytes -= size;
      if (this.#held === 0) this.#tail = undefined;
    });
  }

  /** Calls `act` when all that is held has been sent: now, if nothing is. */
  after(act: () => void): void {
    if (this.#tail === undefined) act();
    else this.#tail.then(act);
  }
}

function sizeOf(message: string | ArrayBufferLike | ArrayBufferView | Blob): number {
  if (typeof message === "string") return message.length;
  return message instanceof Blob ? message.size : message.byteLength;
}

function snapshot(message: string | ArrayBufferLike | ArrayBufferView): Ready {
  if (typeof message === "string") return message;
  return ArrayBuffer.isView(message)
    ? new Uint8Array(message.buffer, message.byteOffset, message.byteLength).slice()
    : new Uint8Array(message).slice();
}
