/**
 * Close codes (RFC 6455 §7.4).
 *
 * @module
 */

/** The purpose of the connection is fulfilled. */
export const NORMAL = 1000;
/** An endpoint goes away. */
export const GOING_AWAY = 1001;
/** A rule of the protocol was broken. */
export const PROTOCOL_ERROR = 1002;
/** What the API says where a close frame carried no code; never sent. */
export const NO_STATUS = 1005;
/** What the API says where no close frame came; never sent. */
export const ABNORMAL = 1006;
/** A message was not what its type says. */
export const INVALID_PAYLOAD = 1007;
/** A rule of the application was broken. */
export const POLICY_VIOLATION = 1008;
/** A message was too large. */
export const TOO_LARGE = 1009;

/**
 * Whether a close frame may carry `code`: those of the registry that are meant for the wire, those
 * for libraries (3000–3999) and for applications (4000–4999).
 */
export function isWireCode(code: number): boolean {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
    (code >= 3000 && code <= 4999);
}
