/**
 * Servers' certificates that do not fit, each in its own way.
 *
 * @module
 */

import type { KeyPair } from "@avx/runtime/ports/transport";
import { issue } from "./certificate.ts";

/** What is wrong with a certificate for `localhost`. */
export type Misfit = "expired" | "early" | "selfSigned" | "misnamed" | "stranger" | "purpose";

/** The certificates, and the authority that signed those that are not by others. */
export interface MisfitCertificates {
  readonly ca: string;
  readonly pairs: Readonly<Record<Misfit, KeyPair>>;
}

/** The certificates; made at the first call. */
export function misfitCertificates(): Promise<MisfitCertificates> {
  return made ??= makeAll();
}

let made: Promise<MisfitCertificates> | undefined;

async function makeAll(): Promise<MisfitCertificates> {
  const issuer = await issue({ name: "avx misfit authority", isAuthority: true });
  const stranger = await issue({ name: "another authority", isAuthority: true });
  const host = { name: "localhost", dns: ["localhost"] } as const;
  const pairOf = async (subject: Parameters<typeof issue>[0]): Promise<KeyPair> =>
    (await issue(subject)).pair;
  return {
    ca: issuer.pair.cert,
    pairs: {
      expired: await pairOf({ ...host, issuer, validDays: [-20, -10] }),
      early: await pairOf({ ...host, issuer, validDays: [10, 20] }),
      selfSigned: await pairOf(host),
      misnamed: await pairOf({ name: "other.test", dns: ["other.test"], issuer }),
      stranger: await pairOf({ ...host, issuer: stranger }),
      purpose: await pairOf({ ...host, issuer, purposes: ["clientAuth"] }),
    },
  };
}
