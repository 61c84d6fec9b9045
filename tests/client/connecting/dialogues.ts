/**
 * Plays dialogues with proxies.
 *
 * @module
 */

import type { ProxyDialogue, ProxyFailure } from "../../../client/connecting/proxy_dialogue.ts";

/** What a dialogue said and came to. */
export interface Played {
  /** What it sent, message by message. */
  readonly sent: readonly Uint8Array[];
  /** Why it ended, if it failed. */
  readonly failure: ProxyFailure | undefined;
  /** Whether the way is open. */
  readonly isOpen: boolean;
  /** What it left of the answer: the tunnel's. */
  readonly left: Uint8Array;
}

/**
 * Feeds `answer` as far as the dialogue wants it.
 *
 * @param atMost How many bytes come at once.
 */
export function play(dialogue: ProxyDialogue, answer: Uint8Array, atMost = Infinity): Played {
  const sent: Uint8Array[] = [];
  let at = 0;
  let failure: ProxyFailure | undefined;
  for (;;) {
    const bytes = dialogue.take();
    if (bytes !== undefined) sent.push(bytes);
    const count = Math.min(dialogue.wantsBytes, atMost, answer.length - at);
    if (count === 0) break;
    failure = dialogue.receive(answer.subarray(at, at + count));
    at += count;
    if (failure !== undefined) break;
  }
  const isOpen = failure === undefined && dialogue.wantsBytes === 0;
  return { sent, failure, isOpen, left: answer.subarray(at) };
}
