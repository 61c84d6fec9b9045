/**
 * Requests on their way out: those of a client, and those that a server promises
 * (RFC 9113 §8.3.1, §8.4, RFC 8441 §4).
 *
 * @module
 */

import { isToken, TARGET_CHAR } from "@avx/runtime/ascii";
import { isHost } from "@avx/semantics/authority";
import { LocalProtocolError } from "@avx/semantics/errors";
import type { FieldLines } from "@avx/semantics/field-section";
import { OUTGOING, type OutgoingFields } from "./outgoing_fields.ts";

/** The parts of a request that become pseudo-header fields. */
export interface RequestParts {
  /** The method. */
  readonly method: string;
  /** `http` or `https`, mostly; left out with CONNECT without a protocol. */
  readonly scheme?: string;
  /** The authority; the value of a `host` line where it is left out. */
  readonly authority?: string;
  /** Path and query; left out with CONNECT without a protocol. */
  readonly path?: string;
  /** The protocol of an extended CONNECT (RFC 8441). */
  readonly protocol?: string;
  /** Field lines: name, value, name, value … @default {[]} */
  readonly lines?: FieldLines;
}

const SLOTS = 8;
const FIELD_ROOM = 30;
const NO_LINES: FieldLines = Object.freeze([]);

/** A request as it is sent. */
export class OutgoingRequest {
  /** Pseudo-header fields and lines. */
  readonly lines: FieldLines;
  /** What is known of the lines. */
  readonly fields: OutgoingFields;
  /** What it takes at most when it is encoded, in bytes. */
  readonly roomBytes: number;

  readonly #parts: RequestParts;

  /**
   * Checks and takes in a request.
   *
   * @throws {TypeError} If a part or a line could not travel as it is.
   * @throws {LocalProtocolError} If a part is missing.
   */
  constructor(parts: RequestParts, fields: OutgoingFields) {
    const { method, scheme, path, protocol } = parts;
    const authority = parts.authority ?? fields.host;
    check(parts, authority);
    const pseudo = [":method", method];
    if (scheme !== undefined) pseudo.push(":scheme", scheme);
    if (authority !== undefined) pseudo.push(":authority", authority);
    if (path !== undefined) pseudo.push(":path", path);
    if (protocol !== undefined) pseudo.push(":protocol", protocol);
    this.lines = pseudo.concat(fields.lines);
    if (fields.declaredLength >= 0) {
      this.lines = [...this.lines, "content-length", String(fields.declaredLength)];
    }
    this.fields = fields;
    let room = fields.roomBytes;
    for (const text of pseudo) room += text.length + FIELD_ROOM;
    this.roomBytes = room;
    this.#parts = parts;
  }

  /** Whether it is that request. */
  is(parts: RequestParts, fields: OutgoingFields): boolean {
    const own = this.#parts;
    return fields === this.fields && parts.path === own.path && parts.method === own.method &&
      parts.authority === own.authority && parts.scheme === own.scheme &&
      parts.protocol === own.protocol;
  }
}

/** The requests sent last, for all connections together. */
export class OutgoingRequestCache {
  readonly #slots: OutgoingRequest[] = [];
  #turn = 0;

  /** The checked form of a request. */
  find(parts: RequestParts): OutgoingRequest {
    const fields = OUTGOING.find(parts.lines ?? NO_LINES);
    for (const request of this.#slots) {
      if (request.is(parts, fields)) return request;
    }
    const request = new OutgoingRequest({ ...parts }, fields);
    if (request.roomBytes <= 4096) {
      this.#slots[this.#turn] = request;
      this.#turn = (this.#turn + 1) % SLOTS;
    }
    return request;
  }
}

/** The requests sent last, whoever sent them. */
export const REQUESTS: OutgoingRequestCache = new OutgoingRequestCache();

function check(parts: RequestParts, authority: string | undefined): void {
  const { method, scheme, path, protocol } = parts;
  if (!isToken(method)) throw new TypeError(`Cannot send method "${method}" as it is not a token`);
  if (authority !== undefined && !isHost(authority)) {
    throw new TypeError(`Cannot send authority "${authority}" as it is none`);
  }
  if (protocol !== undefined) {
    if (method !== "CONNECT") {
      throw new LocalProtocolError("Cannot send a protocol but with CONNECT");
    }
    if (!isToken(protocol)) {
      throw new TypeError(`Cannot send protocol "${protocol}" as it is not a token`);
    }
    if (authority === undefined) {
      throw new LocalProtocolError("Cannot send an extended CONNECT without an authority");
    }
  } else if (method === "CONNECT") {
    if (scheme !== undefined || path !== undefined || !authority) {
      throw new LocalProtocolError("Cannot send CONNECT but with an authority alone");
    }
    return;
  }
  if (!scheme || !/^[a-z][a-z0-9+.-]*$/i.test(scheme)) {
    throw new LocalProtocolError("Cannot send a request without a scheme");
  }
  if (!path) throw new LocalProtocolError("Cannot send a request without a path");
  for (let at = 0; at < path.length; at++) {
    if (TARGET_CHAR[path.charCodeAt(at)] !== 1) {
      throw new TypeError("Cannot send path as it has a character that no path may have");
    }
  }
}
