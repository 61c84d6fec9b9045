import * as tls from "node:tls";
import { errorCode, isClosedError } from "@avx/runtime/translate-error";
import { shortcutOf } from "../../runtime/platform/node_tls_shortcut.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { SERVER_PAIR } from "../support/certificates.ts";
import { bytesOf } from "../support/transports.ts";

Deno.test("a session of a server has a shortcut in the Deno that this is tested with", async () => {
  const server = tls.createServer({ ...SERVER_PAIR });
  const secured = new Promise<tls.TLSSocket>((resolve) => {
    server.once("secureConnection", resolve);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const client = tls.connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  const session = await secured;
  assert(shortcutOf(session) !== undefined);
  const closed = [client, session].map((end) =>
    new Promise<void>((resolve) => end.once("close", () => resolve()))
  );
  client.destroy();
  session.destroy();
  await Promise.all(closed);
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

Deno.test("what looks different has no shortcut", () => {
  const of = (session: unknown): unknown => shortcutOf(session as tls.TLSSocket);
  assertEquals(of({}), undefined);
  assertEquals(of({ _handle: null }), undefined);
  assertEquals(of({ _handle: { onread() {} } }), undefined);
  const { session } = fakeSession();
  const { _handle } = session as unknown as { _handle: Record<string, unknown> };
  assertEquals(of({ _handle: { ..._handle, _nativeTcpHandle: null } }), undefined);
  assertEquals(of({ _handle: { ..._handle, _nativeTcpHandle: {} } }), undefined);
  assertEquals(of({ _handle: { ..._handle, writeBuffer: undefined } }), undefined);
  assert(of(session) !== undefined);
});

Deno.test("bytes come by the shortcut, those that the stream took first", () => {
  const fake = fakeSession("early ");
  const received = open(fake);
  fake.arrive(bytesOf("one "));
  fake.arrive(bytesOf("two"));
  assertEquals(received.text, "early one two");
  assertEquals(fake.acts, ["stop", "start", "start session", "resume"]);
});

Deno.test("more than the buffer holds comes in parts", () => {
  const fake = fakeSession();
  const received = open(fake);
  const sent = "0123456789abcdef".repeat(10_000);
  fake.decrypt(bytesOf(sent));
  assertEquals(received.text.length, sent.length);
  assertEquals(received.text, sent);
});

Deno.test("the end is left to the stream", () => {
  const fake = fakeSession();
  open(fake);
  fake.arrive(bytesOf("a"));
  fake.end();
  assertEquals(fake.acts.slice(4), ["socket ended", "session ended"]);
});

Deno.test("a write is done, fails, or finds no session", () => {
  const fake = fakeSession();
  const received = open(fake);
  received.shortcut.write(bytesOf("ok"));
  assertEquals([fake.written, received.writes], ["ok", []]);
  fake.complete(0);
  assertEquals(received.writes, [undefined]);

  received.shortcut.write(bytesOf("!"));
  fake.complete(-32);
  assertEquals(errorCode(received.writes[1]), "EPIPE");
  assert(fake.acts.includes("destroy EPIPE"));

  fake.gone = true;
  received.shortcut.write(bytesOf("!"));
  assert(isClosedError(received.writes[2]));
});

interface Received {
  text: string;
  readonly writes: (Error | undefined)[];
  readonly shortcut: NonNullable<ReturnType<typeof shortcutOf>>;
}

function open(fake: FakeSession): Received {
  const shortcut = shortcutOf(fake.session);
  assert(shortcut !== undefined);
  const received: Received = { text: "", writes: [], shortcut };
  shortcut.open({
    received: (bytes) => received.text += new TextDecoder().decode(bytes),
    written: (error) => received.writes.push(error),
  });
  return received;
}

interface FakeSession {
  readonly session: tls.TLSSocket;
  readonly acts: string[];
  written: string;
  gone: boolean;
  /** The system has read something. */
  arrive(bytes: Uint8Array): void;
  /** The session has something to give out. */
  decrypt(bytes: Uint8Array): void;
  end(): void;
  complete(status: number): void;
}

/** A session that "encrypts" by doing nothing, with the handles of Deno's. */
function fakeSession(early = ""): FakeSession {
  const acts: string[] = [];
  let request: { oncomplete(status: number): void } | undefined;
  const socket = fakeHandle(() => acts.push("socket ended"));
  const handle = fakeHandle(() => acts.push("session ended"), early.length);
  const fake: FakeSession = {
    acts,
    written: "",
    gone: false,
    arrive: (bytes) => socket.fill(bytes),
    decrypt: (bytes) => handle.fill(bytes),
    end() {
      socket.onread();
      handle.onread();
    },
    complete: (status) => request?.oncomplete(status),
    session: {
      read: () => early === "" ? null : bytesOf(early),
      resume: () => acts.push("resume"),
      destroy: (error: Error) => acts.push(`destroy ${errorCode(error)}`),
      _handle: Object.assign(handle, {
        readStart: () => acts.push("start session"),
        receive: (bytes: Uint8Array) => handle.fill(bytes),
        writeBuffer(next: typeof request, bytes: Uint8Array): number {
          if (fake.gone) return -1;
          request = next;
          fake.written = new TextDecoder().decode(bytes);
          return 0;
        },
        _nativeTcpHandle: Object.assign(socket, {
          readStop: () => acts.push("stop"),
          readStart: () => acts.push("start"),
        }),
      }),
    } as unknown as tls.TLSSocket,
  };
  return fake;
}

interface FakeHandle {
  onread(): void;
  getBytesRead(): number;
  useUserBuffer(buffer: Uint8Array): void;
  fill(bytes: Uint8Array): void;
}

function fakeHandle(onread: () => void, early = 0): FakeHandle {
  let count = early;
  let buffer = new Uint8Array();
  return {
    onread,
    getBytesRead: () => count,
    useUserBuffer: (next) => void (buffer = next as Uint8Array<ArrayBuffer>),
    // A session counts all that it decrypted before it gives it out. A socket never has more than
    // its buffer holds.
    fill(bytes) {
      count += bytes.length;
      for (let at = 0; at < bytes.length; at += buffer.length) {
        buffer.set(bytes.subarray(at, at + buffer.length));
        this.onread();
      }
    },
  };
}
