/**
 * What the server's drivers of every version of HTTP share: exchanges, bodies that arrive,
 * responses that are sent.
 *
 * This is for those who write a driver; users of a server never meet it.
 *
 * @module
 */

export * from "./connection_report.ts";
export * from "./date_line.ts";
export * from "./exchange.ts";
export * from "../incoming_queue.ts";
export * from "./responder.ts";
export * from "./response_sink.ts";
export * from "./response_stream.ts";
export * from "./server_link.ts";
export * from "./served_connection.ts";
export * from "./taken_connection.ts";
