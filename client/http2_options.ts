/**
 * What a client can be told about HTTP/2.
 *
 * @module
 */

import {
  type AbuseLimits,
  DEFAULT_ABUSE_LIMITS,
  DEFAULT_CLIENT_TIMEOUTS,
  DEFAULT_LIMITS,
  type Http2Limits,
} from "@avx/http2/limits";
import type { Http2ClientWaits } from "@avx/http2/client-connection";
import type { PushedRequest } from "./pushed_request.ts";

/** {@linkcode Http2Limits}, as far as others are wanted. */
export type Http2LimitOptions = Partial<Omit<Http2Limits, "abuse">> & {
  /** How often a server may do what costs more to answer than to send. */
  readonly abuse?: Partial<AbuseLimits>;
};

/** What is asked for of HTTP/2. */
export interface Http2Options {
  /** How much a server may send over HTTP/2; see `Http2Limits` for each default. */
  readonly http2Limits?: Http2LimitOptions;
  /**
   * How long the protocol itself waits: for the server's SETTINGS and its acknowledgement of ours
   * (`settingsMs`), for the rest of a field section (`headMs`), and how slowly it may take what is
   * sent (`minSendBytesPerSecond`, over `timeouts.request`). See `Http2Timeouts` for each default.
   */
  readonly http2Timeouts?: Partial<Http2ClientWaits>;
  /**
   * Hears of each response that a server promises without being asked (RFC 9113 §8.4), and takes it
   * with `push.accept()` or, by doing nothing, refuses it. Without it servers are told to push
   * nothing. `http2Limits.maxPushes` and `maxPushBytes` limit what is taken.
   *
   * @default {no pushes}
   */
  readonly onPush?: (push: PushedRequest) => void;
}

/** {@linkcode Http2Options}, complete and checked. */
export interface Http2Config {
  /** What a server may send. */
  readonly http2Limits: Http2Limits;
  /** How long the protocol itself waits. */
  readonly http2Timeouts: Http2ClientWaits;
  /** Who hears of pushes. */
  readonly onPush: ((push: PushedRequest) => void) | undefined;
}

/**
 * Completes and checks them.
 *
 * @throws {TypeError} If a limit or a wait is not known, or `onPush` is no function.
 * @throws {RangeError} If one of them is negative, or not what RFC 9113 allows.
 */
export function parseHttp2Options(options: Http2Options): Http2Config {
  const { http2Limits = {}, onPush } = options;
  if (onPush !== undefined && typeof onPush !== "function") {
    throw new TypeError("Cannot use options.onPush as it must be a function");
  }
  const { abuse: askedAbuse = {}, ...asked } = http2Limits;
  const { abuse: _abuse, ...numbers } = DEFAULT_LIMITS;
  const limits = complete("http2Limits", asked, numbers);
  for (const [name, [least, most]] of Object.entries(RANGES)) {
    const value = limits[name as keyof typeof limits];
    if (value < least || value > most) {
      throw new RangeError(
        `Cannot use options.http2Limits.${name} as it must be ${least} to ${most}: it is ${value}`,
      );
    }
  }
  const abuse = complete("http2Limits.abuse", askedAbuse, DEFAULT_ABUSE_LIMITS);
  const { settingsMs, headMs, minSendBytesPerSecond } = DEFAULT_CLIENT_TIMEOUTS;
  const waits = complete("http2Timeouts", options.http2Timeouts ?? {}, {
    settingsMs,
    headMs,
    minSendBytesPerSecond,
  });
  return {
    http2Limits: Object.freeze({ ...limits, abuse: Object.freeze(abuse) }),
    http2Timeouts: Object.freeze(waits),
    onPush,
  };
}

/** RFC 9113 §6.5.2, §6.9.1. */
const RANGES = {
  maxFrameBytes: [0x4000, 0xff_ffff],
  streamWindowBytes: [0, 0x7fff_ffff],
  maxStreamWindowBytes: [0, 0x7fff_ffff],
  connectionWindowBytes: [0, 0x7fff_ffff],
  maxConnectionWindowBytes: [0, 0x7fff_ffff],
} as const;

function complete<T extends Readonly<Record<string, number>> | AbuseLimits | Http2ClientWaits>(
  path: string,
  asked: Partial<T>,
  defaults: T,
): T {
  for (const [name, value] of Object.entries(asked)) {
    if (!(name in defaults)) {
      throw new TypeError(`Cannot use options.${path}.${name} as there is no such limit`);
    }
    if (value !== undefined && !(typeof value === "number" && value >= 0)) {
      throw new RangeError(
        `Cannot use options.${path}.${name} as it must not be negative: it is ${value}`,
      );
    }
  }
  const given = Object.entries(asked).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(given) };
}
