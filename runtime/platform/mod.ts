/**
 * The platform that the process runs on, behind the ports: sockets, time, randomness, compression.
 *
 * Which file stands behind `#platform` is chosen by the import map, so that everything else in
 * the stack is the same on every platform.
 *
 * @module
 */

export {
  clock,
  compression,
  environment,
  files,
  hashing,
  network,
  random,
  rawDeflate,
} from "#platform";
