/**
 * What stands between a call and the connection: interceptors, policies and hooks, put together.
 *
 * @module
 */

import {
  composeInterceptors,
  hooked,
  type Interceptor,
  type InterceptorHooks,
  type Next,
} from "./interceptor.ts";
import {
  arePoliciesInUse,
  makePolicies,
  orderPolicies,
  type PolicyParts,
  type PolicySet,
} from "./policies.ts";

/** The interceptors of one client, its policies among them. */
export class Chain {
  /** The policies. */
  readonly policies: PolicySet;
  readonly #exchange: Next;
  readonly #interceptors: Interceptor[];
  readonly #hooks: InterceptorHooks[];
  #steps: Next | undefined;
  #whole: Next | undefined;

  /**
   * Puts one together.
   *
   * @param exchange Sends a request that has passed all of it.
   * @param from The chain that it begins as a copy of.
   */
  constructor(options: PolicyParts, exchange: Next, from?: Chain) {
    this.#exchange = exchange;
    this.policies = makePolicies(options, from?.policies);
    this.#interceptors = [...from === undefined ? [] : from.#interceptors];
    this.#interceptors.push(...options.interceptors ?? []);
    this.#hooks = [...from === undefined ? [] : from.#hooks];
    const { onRequest, onResponse } = options;
    if (onRequest !== undefined || onResponse !== undefined) {
      this.#hooks.push({ onRequest, onResponse });
    }
  }

  /** All of it, if it does anything to a request that does not ask for it. */
  get inUse(): Next | undefined {
    const isInUse = this.#interceptors.length > 0 || this.#hooks.length > 0 ||
      arePoliciesInUse(this.policies);
    return isInUse ? this.whole : undefined;
  }

  /** All of it. */
  get whole(): Next {
    if (this.#whole !== undefined) return this.#whole;
    const { above, redirects } = orderPolicies(this.policies);
    const all = [...this.#interceptors, ...above, redirects];
    return this.#whole = composeInterceptors(all, this.steps);
  }

  /** What stands below redirects, and sees each step. */
  get steps(): Next {
    if (this.#steps !== undefined) return this.#steps;
    const { below } = orderPolicies(this.policies);
    return this.#steps = composeInterceptors(
      [...below, ...this.#hooks.map(hooked)],
      this.#exchange,
    );
  }

  /**
   * Adds an interceptor below those that there are, or hooks after those that there are.
   *
   * @returns Takes it away again.
   */
  use(added: Interceptor | InterceptorHooks): () => void {
    return typeof added === "function"
      ? this.#add(this.#interceptors, (request, next) => added(request, next))
      : this.#add(this.#hooks, { ...added });
  }

  // What is added is an object of its own, so that the same function can be added twice.
  #add<Added>(to: Added[], added: Added): () => void {
    to.push(added);
    this.#whole = this.#steps = undefined;
    return () => {
      const at = to.indexOf(added);
      if (at < 0) return;
      to.splice(at, 1);
      this.#whole = this.#steps = undefined;
    };
  }
}
