/**
 * A shorter way to the body of a platform response than its stream, where the platform has one.
 *
 * `new Response("hello")` of Deno keeps its constant body as it was given until somebody asks for
 * the header section or for the body. A stream is made at that moment, and reading it is most of
 * what a small response costs. Here the constant is taken from where it is kept.
 *
 * This is below the documented API. It is therefore looked for once, by what it does, and every
 * behaviour that is relied on is tried; where one is missing, responses are read through streams.
 *
 * @module
 */

import type { FieldLines } from "../field_section.ts";
import { headerLines } from "./header_lines.ts";
import type { ResponseParts } from "./response_parts.ts";

/** Under which names a class of responses keeps what its constructor was given. */
interface Slots {
  /** A text that nobody has looked at, nor at its header section; `null` from then on. */
  readonly text: symbol;
  /** The content type of that text, where it is not that of plain text. */
  readonly type: symbol;
  /** The rest, with a body that is not such a text. */
  readonly inner: symbol;
}

/** A body that is no stream, or not yet. */
interface Held {
  readonly body: unknown;
  readonly consumed: boolean;
}

type Untyped = Readonly<Record<symbol, unknown>>;

/**
 * Takes constant responses of one class apart.
 *
 * @example Constants are told from streams
 * ```ts
 * import { ConstantResponses } from "@avx/semantics/web";
 * import { assertEquals } from "@std/assert";
 *
 * const constants = new ConstantResponses(Response);
 * const streamed = new Response(ReadableStream.from([new Uint8Array(1)]));
 * assertEquals(constants.parts(streamed), undefined);
 * const whole = constants.parts(new Response("hello"));
 * assertEquals(whole?.body ?? "hello", "hello");
 * ```
 */
export class ConstantResponses {
  readonly #prototype: Response;
  readonly #headers: (this: Response) => Headers;
  readonly #slots: Slots | undefined;

  /** Looks for what this platform's class `Class` keeps. */
  constructor(Class: typeof Response) {
    this.#prototype = Class.prototype;
    this.#headers = Object.getOwnPropertyDescriptor(Class.prototype, "headers")!
      .get as (this: Response) => Headers;
    const slots = findSlots(Class);
    this.#slots = slots !== undefined && areReliable(slots, Class) ? slots : undefined;
  }

  /** Whether there is a shorter way. */
  get areKnown(): boolean {
    return this.#slots !== undefined;
  }

  /**
   * The parts of a response with a constant body that nobody has touched.
   *
   * @param response A response of any class.
   * @returns `undefined` where it is none, or one whose body is or may be a stream.
   */
  parts(response: Response): ResponseParts | undefined {
    const slots = this.#slots;
    // A class derived from this one may say something else than what it was made from.
    if (slots === undefined || Object.getPrototypeOf(response) !== this.#prototype) {
      return undefined;
    }
    const text = (response as unknown as Untyped)[slots.text];
    if (typeof text === "string") {
      const lines = untouchedLines((response as unknown as Untyped)[slots.type]);
      return { status: 200, statusText: "", lines, body: text, upgrade: undefined };
    }
    const body = heldBody(response, slots);
    if (body === undefined) return undefined;
    const { status, statusText } = response;
    const lines = headerLines(this.#headers.call(response));
    return { status, statusText, lines, body, upgrade: undefined };
  }
}

const PLAIN_TYPE = "text/plain;charset=UTF-8";
const JSON_TYPE = "application/json";
const PLAIN: FieldLines = Object.freeze(["content-type", PLAIN_TYPE]);
const JSON_LINES: FieldLines = Object.freeze(["content-type", JSON_TYPE]);

function untouchedLines(type: unknown): FieldLines {
  if (type === null) return PLAIN;
  return type === JSON_TYPE ? JSON_LINES : ["content-type", String(type)];
}

function heldBody(response: Response, { inner }: Slots): string | Uint8Array | undefined {
  const { body } =
    (response as unknown as Record<symbol, { body: { streamOrStatic: Held } | null }>)[
      inner
    ];
  const held = body?.streamOrStatic;
  if (held === undefined || held.consumed !== false) return undefined;
  const constant = held.body;
  return typeof constant === "string" || constant instanceof Uint8Array ? constant : undefined;
}

function findSlots(Class: typeof Response): Slots | undefined {
  const response = new Class(PROBE);
  const symbols = Object.getOwnPropertySymbols(response);
  const find = (name: string): symbol | undefined =>
    symbols.find(({ description }) => description === name);
  const text = find("lazy static body");
  const type = find("lazy static content type");
  const inner = find("response");
  return text && type && inner && { text, type, inner };
}

const PROBE = "probe";

/** Whether the slots hold what they are taken for, and no longer than it is true. */
function areReliable(slots: Slots, Class: typeof Response): boolean {
  try {
    return isTextReliable(slots, Class) && isBodyReliable(slots, Class);
  } catch {
    return false;
  }
}

function isTextReliable({ text, type }: Slots, Class: typeof Response): boolean {
  const look = (response: Response, slot: symbol): unknown =>
    (response as unknown as Untyped)[slot];
  const plain = new Class(PROBE);
  const json = Class.json([PROBE]);
  const known = look(plain, text) === PROBE && look(plain, type) === null &&
    look(json, text) === `["${PROBE}"]` && look(json, type) === JSON_TYPE &&
    plain.status === 200 && plain.statusText === "" && json.status === 200 &&
    look(plain, text) === PROBE;
  // Whoever holds the header section or the body can change what would be sent.
  const touched = ACTS.every((act) => {
    const response = new Class(PROBE);
    act(response);
    return look(response, text) === null;
  });
  const told = plain.headers.get("content-type") === PLAIN_TYPE && [...plain.headers].length === 1;
  const other = [
    new Class(PROBE, { status: 404 }),
    new Class(PROBE, { statusText: "Fine" }),
    new Class(PROBE, { headers: { "x-a": "1" } }),
    new Class(new Uint8Array(1)),
    new Class(null),
  ];
  return known && touched && told && other.every((response) => look(response, text) === null);
}

function isBodyReliable(slots: Slots, Class: typeof Response): boolean {
  const bytes = new Uint8Array([1, 2, 3]);
  const make = (): Response => new Class(bytes, { status: 404, headers: { "x-a": "1" } });
  const held = heldBody(make(), slots);
  const isCopy = held instanceof Uint8Array && held !== bytes && String(held) === String(bytes);
  const isText = heldBody(new Class(PROBE, { status: 404 }), slots) === PROBE;
  const touched = ACTS.slice(1).every((act) => {
    const response = make();
    act(response);
    return heldBody(response, slots) === undefined;
  });
  const headers = make();
  void headers.headers;
  const stream = new ReadableStream({ pull: (controller) => controller.close() });
  const others = [new Class(stream), new Class(null)];
  return isCopy && isText && touched && heldBody(headers, slots) !== undefined &&
    others.every((response) => heldBody(response, slots) === undefined);
}

/** What a program can do to a response that a server must not miss; all but the first to its body. */
const ACTS: readonly ((response: Response) => unknown)[] = [
  (response) => response.headers,
  (response) => response.body,
  (response) => response.text(),
  (response) => response.arrayBuffer(),
];
