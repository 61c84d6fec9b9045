/**
 * HTTP/2 (RFC 9113): both ends of a connection as cores without input or output, and drivers
 * over any transport.
 *
 * @module
 */

export * from "./client_connection.ts";
export { type AbuseCounts, type AbuseKind } from "./proto/abuse_meter.ts";
export {
  Http2ClientCore,
  type Http2ClientCoreOptions,
  type Http2Request,
} from "./proto/client_core.ts";
export { Http2Core, type Http2CoreOptions, type Http2Disposition } from "./proto/core.ts";
export type * from "./proto/events.ts";
export * from "./proto/limits.ts";
export type { RequestParts } from "./proto/outgoing_request.ts";

export type { Http2RequestHead } from "./proto/request_head.ts";
export type { Http2ResponseHead } from "./proto/response_head.ts";
export type { Http2Push } from "./proto/send_push.ts";
export { Http2ServerCore, type Http2ServerCoreOptions } from "./proto/server_core.ts";
export type { StreamState } from "./proto/stream_state.ts";
export type { Http2Witness } from "./proto/witness.ts";
export type { Settings as Http2Settings } from "./frame/settings.ts";
export { errorCodeName } from "./frame/error_code.ts";
export { matchPreface, PREFACE } from "./frame/preface.ts";
export * from "./hpack/mod.ts";
export type { Http2ServerConfig, Http2ServerTimeouts } from "./server_config.ts";
export { Http2ServerConnection } from "./server_connection.ts";
