/**
 * Chromium without a window, driven by its DevTools protocol.
 *
 * @module
 */

import { within } from "./deadline.ts";
import { findProgram } from "./programs.ts";

/** Where Chromium is; empty where it is not. */
export const CHROMIUM: string = findProgram("chromium") ?? findProgram("chromium-browser") ??
  findProgram("google-chrome") ?? "";

/** A tab that has loaded a page. */
export interface Page {
  /** What an expression comes to in the page; a promise is waited for. It travels as JSON. */
  evaluate<T>(expression: string): Promise<T>;
  /** Loads another page in this tab, and waits for its `load` event. */
  navigate(url: string): Promise<void>;
}

/** How a page is opened. */
export interface BrowseOptions {
  /** When the browser is killed, in milliseconds. @default {60_000} */
  readonly withinMs?: number;
  /** Flags beside those that make it start quickly, be quiet, and trust every certificate. */
  readonly flags?: readonly string[];
}

/** Starts a browser with a fresh profile, loads `url`, runs `run`, and ends the browser. */
export async function browse<T>(
  url: string,
  run: (page: Page) => Promise<T>,
  options: BrowseOptions = {},
): Promise<T> {
  const profile = await Deno.makeTempDir({ prefix: "avx-chromium-" });
  const child = new Deno.Command(CHROMIUM, {
    args: [...FLAGS, `--user-data-dir=${profile}`, ...options.flags ?? [], "about:blank"],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const messages = new Messages(child.stderr);
  let session: Session | undefined;
  const drive = async (): Promise<T> => {
    session = await Session.open(await messages.endpoint);
    const page = await Tab.open(session);
    await page.navigate(url);
    return await run(page);
  };
  try {
    return await within(options.withinMs ?? 60_000, drive());
  } catch (error) {
    throw new Error(`Chromium failed: ${messages.last}`, { cause: error });
  } finally {
    await session?.close();
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await Promise.all([child.status, messages.ended]);
    await removeProfile(profile);
  }
}

const FLAGS: readonly string[] = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--no-proxy-server",
  "--ignore-certificate-errors",
  "--remote-debugging-port=0",
];

/** What a browser says on its standard error: first of all where it listens. */
class Messages {
  /** The address of the browser's DevTools. */
  readonly endpoint: Promise<string>;
  /** Settles when the browser has said its last. */
  readonly ended: Promise<void>;
  /** The last of it. */
  last = "";

  constructor(stream: ReadableStream<Uint8Array>) {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.endpoint = promise;
    promise.catch(() => {});
    this.ended = this.#read(stream, resolve).finally(() => reject(new Error("It has ended")));
  }

  async #read(stream: ReadableStream<Uint8Array>, found: (url: string) => void): Promise<void> {
    const text = stream.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>);
    for await (const chunk of text) {
      this.last = (this.last + chunk).slice(-2000);
      const url = /DevTools listening on (ws:\S+)\s/.exec(this.last)?.[1];
      if (url !== undefined) found(url);
    }
  }
}

/** A message of the protocol: an answer has an `id`, an event a `method`. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  // What is in them differs from method to method.
  // deno-lint-ignore no-explicit-any
  readonly params?: any;
  // deno-lint-ignore no-explicit-any
  readonly result?: any;
  readonly error?: { readonly message: string };
}

/** The connection to the browser. */
class Session {
  readonly #socket: WebSocket;
  readonly #calls = new Map<number, PromiseWithResolvers<Message>>();
  readonly #listeners = new Map<string, () => void>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
    socket.onclose = () => {
      for (const { reject } of this.#calls.values()) reject(new Error("The browser is gone"));
    };
  }

  /** Connects. */
  static async open(url: string): Promise<Session> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    return new Session(socket);
  }

  /** Calls a method, of the browser or of a tab. */
  async call(method: string, params: object = {}, sessionId?: string): Promise<Message["result"]> {
    const id = ++this.#lastId;
    const call = Promise.withResolvers<Message>();
    this.#calls.set(id, call);
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    const { result, error } = await call.promise;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  /** Settles at the next event of that name. */
  next(event: string): Promise<void> {
    return new Promise((resolve) => this.#listeners.set(event, resolve));
  }

  /** Disconnects. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.readyState === WebSocket.CLOSED) return resolve();
      this.#socket.addEventListener("close", () => resolve());
      this.#socket.close();
    });
  }

  #take(message: Message): void {
    if (message.id === undefined) {
      this.#listeners.get(message.method ?? "")?.();
      return;
    }
    this.#calls.get(message.id)?.resolve(message);
    this.#calls.delete(message.id);
  }
}

/** The one tab of a browser. */
class Tab implements Page {
  private constructor(readonly session: Session, readonly id: string) {}

  static async open(session: Session): Promise<Tab> {
    const { targetId } = await session.call("Target.createTarget", { url: "about:blank" });
    const attached = await session.call("Target.attachToTarget", { targetId, flatten: true });
    const tab = new Tab(session, attached.sessionId);
    await session.call("Page.enable", {}, tab.id);
    return tab;
  }

  async navigate(url: string): Promise<void> {
    const loaded = this.session.next("Page.loadEventFired");
    const { errorText } = await this.session.call("Page.navigate", { url }, this.id);
    if (errorText !== undefined) throw new Error(`Cannot load ${url}: ${errorText}`);
    await loaded;
  }

  async evaluate<T>(expression: string): Promise<T> {
    const params = { expression, awaitPromise: true, returnByValue: true };
    const answer = await this.session.call("Runtime.evaluate", params, this.id);
    const { result, exceptionDetails: details } = answer;
    if (details !== undefined) {
      throw new Error(details.exception?.description ?? details.text);
    }
    return result.value;
  }
}

/** Its last processes may still be writing. */
async function removeProfile(folder: string): Promise<void> {
  for (let trial = 0;; trial++) {
    try {
      return await Deno.remove(folder, { recursive: true });
    } catch (error) {
      if (trial === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
