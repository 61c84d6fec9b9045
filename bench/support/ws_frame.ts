/**
 * The frame that a WebSocket load sends again and again.
 *
 * @module
 */

const KEY: readonly number[] = [0x12, 0x34, 0x56, 0x78];
const WORDS = "the quick brown fox jumps over a lazy dog while it rains in Lima ".split(" ");

/** What a message is like. */
export interface WsMessage {
  /** Its size in bytes, before compression. */
  readonly size: number;
  /** Whether it is compressed. */
  readonly compress: boolean;
  /** Whether it asks the server to send it to all. */
  readonly broadcast: boolean;
}

/** A masked binary frame with text in it, which compresses as text does. */
export async function wsFrame({ size, compress, broadcast }: WsMessage): Promise<Uint8Array> {
  const plain = payload(size, broadcast ? "!" : "");
  const bytes = compress ? await deflated(plain) : plain;
  const head = [compress ? 0xc2 : 0x82, ...lengthOf(bytes.length), ...KEY];
  return Uint8Array.from([...head, ...bytes.map((byte, at) => byte ^ KEY[at & 3])]);
}

function payload(size: number, start: string): Uint8Array<ArrayBuffer> {
  let text = start;
  for (let index = 0; text.length < size; index++) {
    text += WORDS[(index * 7 + (index >> 3)) % WORDS.length] + " ";
  }
  return new TextEncoder().encode(text.slice(0, size));
}

function lengthOf(length: number): number[] {
  if (length < 126) return [0x80 | length];
  if (length < 65_536) return [0xfe, length >> 8, length & 255];
  const word = [length >>> 24, length >> 16 & 255, length >> 8 & 255, length & 255];
  return [0xff, 0, 0, 0, 0, ...word];
}

async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  // A last block, and the byte that says that an empty one follows (RFC 7692 §7.2.3.4).
  const whole = new Uint8Array(await new Response(stream).arrayBuffer());
  const message = new Uint8Array(whole.length + 1);
  message.set(whole);
  return message;
}
