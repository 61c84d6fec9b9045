/**
 * What the client's drivers of every version of HTTP share: moving bytes, waiting, and sending
 * bodies.
 *
 * This is for those who write a driver; users of a client never meet it.
 *
 * @module
 */

export * from "./client_link.ts";
export * from "./request_upload.ts";
