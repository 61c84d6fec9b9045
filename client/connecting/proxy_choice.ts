/**
 * Which proxy a request goes through, if any.
 *
 * @module
 */

import type { Environment } from "@avx/runtime/ports/environment";
import type { Origin } from "../origin.ts";
import type { ProxyTarget } from "../route.ts";
import { ProxyEnvironment } from "./proxy_environment.ts";
import type { ProxyInit, ProxyTargets } from "./proxy_target.ts";

/**
 * Which proxy: this one; by the variables `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`,
 * read when the client is made; or what a function says for each URL, where nothing is no proxy.
 */
export type ProxyOption = ProxyInit | "environment" | ((url: URL) => ProxyInit | null | undefined);

/** Chooses proxies. */
export interface ProxyChoice {
  /** Whether what is chosen for a URL is chosen for it ever after. */
  readonly isConstant: boolean;
  /**
   * The proxy for `url`, whose origin is `origin`; `undefined` to go there directly.
   *
   * @throws {TypeError} If a function says what is no proxy.
   */
  choose(origin: Origin, url: URL): ProxyTarget | undefined;
}

/** What a choice is made from. */
export interface ProxyChoiceOptions {
  /** The proxies that are known. */
  readonly targets: ProxyTargets;
  /** The variables. */
  readonly environment: Environment;
}

/**
 * The choice that an option means.
 *
 * @returns `undefined` where there is no proxy.
 * @throws {TypeError} If what it says is no proxy.
 */
export function proxyChoiceOf(
  option: ProxyOption | undefined,
  { targets, environment }: ProxyChoiceOptions,
): ProxyChoice | undefined {
  if (option === undefined) return undefined;
  if (typeof option === "function") {
    return {
      isConstant: false,
      choose(_origin, url) {
        const init = option(new URL(url)) ?? undefined;
        return init === undefined ? undefined : targets.of(init);
      },
    };
  }
  if (option === "environment") {
    const rules = new ProxyEnvironment((name) => environment.get(name));
    for (const proxy of rules.proxies) targets.of(proxy); // what is wrong shows at once
    if (rules.proxies.length === 0) return undefined;
    return {
      isConstant: true,
      choose(origin) {
        const proxy = rules.proxyFor(origin);
        return proxy === undefined ? undefined : targets.of(proxy);
      },
    };
  }
  const target = targets.of(option);
  return { isConstant: true, choose: () => target };
}
