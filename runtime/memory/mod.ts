/**
 * A network in memory with a clock moved by hand, for tests without sockets, sleeps or luck.
 *
 * @module
 */

export { type LinkFaults } from "./faults.ts";
export { ManualClock, type ManualClockOptions } from "./manual_clock.ts";
export { MemoryListener } from "./memory_listener.ts";
export { type ConnectPlan, MemoryNetwork, type MemoryNetworkOptions } from "./memory_network.ts";
export { type HandshakeTerms } from "./memory_tls.ts";
export { memoryPair, type MemoryPairOptions, type MemoryTransport } from "./memory_transport.ts";
