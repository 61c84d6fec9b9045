/**
 * In which order the addresses of a host are tried (RFC 8305 §4).
 *
 * @module
 */

/** The version of the Internet Protocol. */
export type AddressFamily = 4 | 6;

/** The family of an address. A name cannot hold a colon, an IPv4 address neither. */
export function familyOf(address: string): AddressFamily {
  return address.includes(":") ? 6 : 4;
}

/**
 * Alternates the families, so that one that leads nowhere costs one pause and not one for each of
 * its addresses. Within a family the resolver's order stays: it knows what the system prefers
 * (RFC 6724).
 *
 * @param addresses As resolved; those that repeat are tried once.
 * @param preferred The family to begin with; `undefined` begins with that of the first address.
 *
 * @example
 * ```
 * 2001:db8::1, 2001:db8::2, 192.0.2.1  becomes  2001:db8::1, 192.0.2.1, 2001:db8::2
 * ```
 */
export function attemptOrder(
  addresses: readonly string[],
  preferred?: AddressFamily,
): readonly string[] {
  if (addresses.length < 2) return addresses;
  const unique = [...new Set(addresses)];
  const family = preferred ?? familyOf(unique[0]);
  const first = unique.filter((address) => familyOf(address) === family);
  const second = unique.filter((address) => familyOf(address) !== family);
  const order: string[] = [];
  for (let at = 0; at < Math.max(first.length, second.length); at++) {
    if (at < first.length) order.push(first[at]);
    if (at < second.length) order.push(second[at]);
  }
  return order;
}
