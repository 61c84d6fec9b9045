/**
 * The bandwidth-delay product of a connection, measured: how much comes within one round trip.
 *
 * A PING goes out with a WINDOW_UPDATE; what comes before its answer was sent within a round trip.
 * A window that is smaller than twice that much may have been the bottleneck. gRPC, hyper and Go's
 * gRPC transport measure in the same way.
 *
 * @module
 */

/** The windows, the connection's and each stream's, and how they grow. */
export class BandwidthEstimate {
  /** The window of the connection, in bytes. */
  connectionBytes: number;
  /** The window of each stream, in bytes. */
  streamBytes: number;
  /** Whether a measurement is under way. */
  measuring = false;

  readonly #maxConnectionBytes: number;
  readonly #maxStreamBytes: number;
  #sampleBytes = 0;

  /** Starts with windows and how large they may become. */
  constructor(
    connectionBytes: number,
    streamBytes: number,
    maxConnectionBytes: number,
    maxStreamBytes: number,
  ) {
    this.connectionBytes = connectionBytes;
    this.streamBytes = streamBytes;
    this.#maxConnectionBytes = Math.max(connectionBytes, maxConnectionBytes);
    this.#maxStreamBytes = Math.max(streamBytes, maxStreamBytes);
  }

  /** Whether a measurement could still change anything. */
  get canGrow(): boolean {
    return this.connectionBytes < this.#maxConnectionBytes ||
      this.streamBytes < this.#maxStreamBytes;
  }

  /** Begins to measure: a PING has been sent. */
  begin(): void {
    this.measuring = true;
    this.#sampleBytes = 0;
  }

  /** Counts content that came. */
  count(bytes: number): void {
    if (this.measuring) this.#sampleBytes += bytes;
  }

  /** Ends the measurement: the PING was answered. Windows grow to twice of what came. */
  end(): void {
    this.measuring = false;
    const wanted = this.#sampleBytes * 2;
    if (wanted > this.connectionBytes) {
      this.connectionBytes = Math.min(wanted, this.#maxConnectionBytes);
    }
    if (wanted > this.streamBytes) this.streamBytes = Math.min(wanted, this.#maxStreamBytes);
  }
}
