/**
 * Compression of messages (RFC 7692): what is offered, and what is agreed on.
 *
 * @module
 */

import type { Extension } from "./extensions.ts";

const NAME = "permessage-deflate";
const SERVER_NO_TAKEOVER = "server_no_context_takeover";
const CLIENT_NO_TAKEOVER = "client_no_context_takeover";
const SERVER_BITS = "server_max_window_bits";
const CLIENT_BITS = "client_max_window_bits";
const MIN_BITS = 8;
const MAX_BITS = 15;
/** zlib cannot deflate with a window of 256 bytes; what it does instead is not what 8 means. */
const MIN_DEFLATE_BITS = 9;
const INFLATE_STATE_BYTES = 10 * 1024;

/** How messages are compressed, where the peer knows how. */
export interface DeflateOptions {
  /**
   * From 1, the fastest, to 9.
   *
   * npm `ws` 6 (the default of zlib), Bun 1.
   *
   * @default {1}
   */
  readonly level?: number;
  /**
   * Messages of fewer bytes are sent as they are.
   *
   * npm `ws` 1,024 bytes.
   *
   * @default {1024}
   */
  readonly thresholdBytes?: number;
  /**
   * What both windows and their state may take on one connection, in bytes. Windows are made
   * smaller until they fit; where the smallest do not, messages are compressed one by one, with
   * memory that all connections share.
   *
   * npm `ws` about 300 KiB, which nothing bounds.
   *
   * @default {131072}
   */
  readonly maxMemoryBytes?: number;
  /**
   * The largest window that messages are compressed with, in bits: 9 to 15, for 512 bytes to 32 KiB.
   * The peer can ask for a smaller one.
   *
   * @default {15}
   */
  readonly windowBits?: number;
  /**
   * The largest window that the peer is let compress with, in bits: 8 to 15. A peer that cannot be
   * told so compresses each message on its own.
   *
   * @default {15}
   */
  readonly peerWindowBits?: number;
  /**
   * Compress each message on its own, with memory that all connections share: worse, and for any
   * number of connections.
   *
   * @default {false}
   */
  readonly noContextTakeover?: boolean;
  /**
   * Ask the same of the peer.
   *
   * @default {false}
   */
  readonly peerNoContextTakeover?: boolean;
}

/** The options, complete. */
export interface DeflateConfig extends Required<DeflateOptions> {
  /** The largest window we compress with, in bits. */
  readonly windowBits: number;
  /** The largest window we would have the peer compress with, in bits. */
  readonly peerWindowBits: number;
  /** See `RawDeflateOptions`. */
  readonly memoryLevel: number;
}

/** What both sides go by. */
export interface DeflateAgreement {
  /** Whether the server starts each message with an empty window. */
  readonly serverNoContextTakeover: boolean;
  /** Whether the client does. */
  readonly clientNoContextTakeover: boolean;
  /** The server's window, in bits. */
  readonly serverWindowBits: number;
  /** The client's window, in bits. */
  readonly clientWindowBits: number;
}

/**
 * Completes the options: chooses windows that fit into the memory that may be used.
 *
 * @throws {RangeError} If the level, or the size of a window, is not one of those there are, or a
 * number of bytes is negative.
 */
export function deflateConfig(options: DeflateOptions): DeflateConfig {
  const {
    level = 1,
    thresholdBytes = 1024,
    maxMemoryBytes = 128 * 1024,
    windowBits = MAX_BITS,
    peerWindowBits = MAX_BITS,
    noContextTakeover = false,
    peerNoContextTakeover = false,
  } = options;
  checkInteger("level", level, 1, 9);
  checkInteger("windowBits", windowBits, MIN_DEFLATE_BITS, MAX_BITS);
  checkInteger("peerWindowBits", peerWindowBits, MIN_BITS, MAX_BITS);
  if (!(thresholdBytes >= 0)) throw negative("thresholdBytes", thresholdBytes);
  if (!(maxMemoryBytes >= 0)) throw negative("maxMemoryBytes", maxMemoryBytes);
  let bits = MAX_BITS;
  let memoryLevel = 8;
  const used = () =>
    (noContextTakeover ? 0 : deflateBytes(Math.min(bits, windowBits), memoryLevel)) +
    (peerNoContextTakeover ? 0 : inflateBytes(Math.min(bits, peerWindowBits)));
  while (used() > maxMemoryBytes && bits > MIN_DEFLATE_BITS) {
    bits--;
    memoryLevel = Math.max(1, memoryLevel - 1);
  }
  const fits = used() <= maxMemoryBytes;
  return Object.freeze({
    level,
    thresholdBytes,
    maxMemoryBytes,
    noContextTakeover: noContextTakeover || !fits,
    peerNoContextTakeover: peerNoContextTakeover || !fits,
    windowBits: fits ? Math.min(bits, windowBits) : windowBits,
    peerWindowBits: fits ? Math.min(bits, peerWindowBits) : peerWindowBits,
    memoryLevel: fits ? memoryLevel : 8,
  });
}

function checkInteger(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(
    `Cannot compress as the ${name} must be ${least} to ${most}: current value is ${value}`,
  );
}

function negative(name: string, value: number): RangeError {
  return new RangeError(
    `Cannot compress as the ${name} must not be negative: current value is ${value}`,
  );
}

/** What zlib takes for deflating, in bytes (`zconf.h`). */
export function deflateBytes(windowBits: number, memoryLevel: number): number {
  return 2 ** (windowBits + 2) + 2 ** (memoryLevel + 9);
}

/** What zlib takes for inflating, in bytes. */
export function inflateBytes(windowBits: number): number {
  return 2 ** windowBits + INFLATE_STATE_BYTES;
}

/**
 * A client's offers, as the field's value. Not every server can be told to use a small window (§7.1.2.1
 * has it decline then): such a one is asked to forget its window instead.
 */
export function deflateOffer(config: DeflateConfig): string {
  const { noContextTakeover, peerNoContextTakeover, peerWindowBits } = config;
  let offer = `${NAME}; ${CLIENT_BITS}`;
  if (noContextTakeover) offer += `; ${CLIENT_NO_TAKEOVER}`;
  const forgetting = `${offer}; ${SERVER_NO_TAKEOVER}`;
  if (peerNoContextTakeover) offer = forgetting;
  if (peerWindowBits === MAX_BITS) return offer;
  return `${offer}; ${SERVER_BITS}=${peerWindowBits}, ${forgetting}`;
}

/**
 * Chooses the first of a client's offers that can be accepted.
 *
 * @returns The agreement and the field's value of the answer; `undefined` if there is none.
 */
export function acceptDeflate(
  offers: readonly Extension[],
  config: DeflateConfig,
): { readonly agreement: DeflateAgreement; readonly value: string } | undefined {
  for (const { name, parameters } of offers) {
    if (name !== NAME || !areValid(parameters, true)) continue;
    const serverBits = bitsOf(parameters.get(SERVER_BITS));
    const asksServerBits = parameters.has(SERVER_BITS);
    const mayLimitClient = parameters.has(CLIENT_BITS);
    const clientBits = bitsOf(parameters.get(CLIENT_BITS));
    // Whoever cannot be told to use a small window is told to forget it instead.
    const clientNoContextTakeover = parameters.has(CLIENT_NO_TAKEOVER) ||
      config.peerNoContextTakeover || (!mayLimitClient && config.peerWindowBits < MAX_BITS);
    const agreement: DeflateAgreement = {
      serverNoContextTakeover: parameters.has(SERVER_NO_TAKEOVER) || config.noContextTakeover,
      clientNoContextTakeover,
      serverWindowBits: Math.min(serverBits, config.windowBits),
      clientWindowBits: mayLimitClient ? Math.min(clientBits, config.peerWindowBits) : MAX_BITS,
    };
    let value = NAME;
    if (agreement.serverNoContextTakeover) value += `; ${SERVER_NO_TAKEOVER}`;
    if (clientNoContextTakeover) value += `; ${CLIENT_NO_TAKEOVER}`;
    if (asksServerBits || agreement.serverWindowBits < MAX_BITS) {
      value += `; ${SERVER_BITS}=${agreement.serverWindowBits}`;
    }
    if (agreement.clientWindowBits < MAX_BITS) {
      value += `; ${CLIENT_BITS}=${agreement.clientWindowBits}`;
    }
    return { agreement, value };
  }
  return undefined;
}

/**
 * Checks a server's answer to {@linkcode deflateOffer}.
 *
 * @returns The agreement; `undefined` if the answer is not one to our offer (RFC 7692 §7.1).
 */
export function checkDeflate(
  answer: Extension,
  config: DeflateConfig,
): DeflateAgreement | undefined {
  const { name, parameters } = answer;
  if (name !== NAME || !areValid(parameters, false)) return undefined;
  const serverWindowBits = bitsOf(parameters.get(SERVER_BITS));
  const serverNoContextTakeover = parameters.has(SERVER_NO_TAKEOVER);
  // §7.1.2.1: a limit that we have asked for must be kept; a window that is forgotten has none.
  const isLimited = !config.peerNoContextTakeover && serverWindowBits <= config.peerWindowBits;
  if (!serverNoContextTakeover && !isLimited) return undefined;
  return {
    serverNoContextTakeover,
    clientNoContextTakeover: parameters.has(CLIENT_NO_TAKEOVER) || config.noContextTakeover,
    serverWindowBits,
    clientWindowBits: Math.min(bitsOf(parameters.get(CLIENT_BITS)), config.windowBits),
  };
}

/** Whether zlib can deflate with such a window. If not, nothing is compressed: that is allowed. */
export function canDeflate(windowBits: number): boolean {
  return windowBits >= MIN_DEFLATE_BITS;
}

function bitsOf(value: string | undefined): number {
  return value === undefined ? MAX_BITS : Number(value);
}

function areValid(parameters: Extension["parameters"], isOffer: boolean): boolean {
  for (const [name, value] of parameters) {
    switch (name) {
      case SERVER_NO_TAKEOVER:
      case CLIENT_NO_TAKEOVER:
        if (value !== undefined) return false;
        break;
      case CLIENT_BITS:
        // Only an offer may leave the number out: "I can be told".
        if (value === undefined ? !isOffer : !isBits(value)) return false;
        break;
      case SERVER_BITS:
        if (value === undefined || !isBits(value)) return false;
        break;
      default:
        return false;
    }
  }
  return true;
}

/** §7.1.2: 8 to 15 in decimal, without leading zeros. */
function isBits(value: string): boolean {
  return /^(?:[89]|1[0-5])$/.test(value);
}
