/**
 * Forms as `multipart/form-data` (RFC 7578, in the form that the HTML standard gives it), without
 * files being read into memory.
 *
 * @module
 */

import { encodeUtf8 } from "@avx/runtime/ascii";
import type { RequestBody } from "@avx/http1/client-connection";
import type { OutgoingBody } from "./outgoing_body.ts";

/**
 * A form, ready to be sent as often as need be. Its length is known, so that it does not go out
 * chunked.
 *
 * @param boundary What stands between the parts; nothing of them may contain it.
 */
export function multipartBody(
  form: FormData,
  boundary: string = `avx-${crypto.randomUUID()}`,
): OutgoingBody {
  const parts: (Uint8Array | Blob)[] = [];
  let text = "";
  for (const [name, value] of form) {
    text += `--${boundary}\r\ncontent-disposition: form-data; name="${escaped(lined(name))}"`;
    if (typeof value === "string") {
      text += `\r\n\r\n${lined(value)}\r\n`;
      continue;
    }
    const type = value.type === "" ? "application/octet-stream" : value.type;
    text += `; filename="${escaped(value.name)}"\r\ncontent-type: ${type}\r\n\r\n`;
    parts.push(encodeUtf8(text), value);
    text = "\r\n";
  }
  parts.push(encodeUtf8(`${text}--${boundary}--\r\n`));
  const length = parts.reduce((sum, part) => sum + sizeOf(part), 0);
  const contentType = `multipart/form-data; boundary=${boundary}`;
  const [first] = parts;
  if (parts.length === 1 && first instanceof Uint8Array) {
    return { bytes: first, open: undefined, length, contentType, replayable: true };
  }
  const open = () => new PartsBody(parts);
  return { bytes: undefined, open, length, contentType, replayable: true };
}

function sizeOf(part: Uint8Array | Blob): number {
  return part instanceof Uint8Array ? part.length : part.size;
}

/** Line ends as the HTML standard normalises them. */
function lined(text: string): string {
  return text.replace(/\r\n|\r|\n/g, "\r\n");
}

/** A name as it can stand within quotes. */
function escaped(name: string): string {
  return name.replaceAll("\n", "%0A").replaceAll("\r", "%0D").replaceAll('"', "%22");
}

/** One part after the other. */
class PartsBody implements RequestBody {
  readonly #parts: readonly (Uint8Array | Blob)[];
  #at = 0;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;

  constructor(parts: readonly (Uint8Array | Blob)[]) {
    this.#parts = parts;
  }

  async read(): Promise<Uint8Array | undefined> {
    for (;;) {
      if (this.#reader !== undefined) {
        const { value, done } = await this.#reader.read();
        if (!done) return value;
        this.#reader = undefined;
      }
      if (this.#at === this.#parts.length) return undefined;
      const part = this.#parts[this.#at++];
      if (part instanceof Uint8Array) return part;
      this.#reader = part.stream().getReader();
    }
  }

  cancel(reason: unknown): void {
    this.#at = this.#parts.length;
    this.#reader?.cancel(reason).catch(() => {}); // nobody is left to hear of it
  }
}
