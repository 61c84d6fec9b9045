/**
 * The bandwidth-delay product of a connection, measured: how much comes within one round trip.
 *
 * A PING goes out while content comes in; what comes before its answer was sent within a round trip.
 * A window that is smaller than twice that much may have been the bottleneck. gRPC and hyper measure
 * in the same way.
 *
 * @module
 */

/** A measurement begins behind this part of a window, so that small bodies cause no PING. */
const FIRST_PART = 8;
/** How long after the beginning of one measurement the next begins at the earliest, in ms. */
const PAUSE_MS = 100;

/** The windows, the connection's and each stream's, and how they grow. */
export class BandwidthEstimate {
  /** The window of the connection, in bytes. */
  connectionBytes: number;
  /** The window of each stream, in bytes. */
  streamBytes: number;
  readonly #maxConnectionBytes: number;
  readonly #maxStreamBytes: number;
  #measuring = false;
  #sampleBytes = 0;
  #since = -Infinity;

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

  /**
   * Counts content that came.
   *
   * @returns Whether it is time to measure: some of a window has come, and the last measurement was
   * a while ago.
   */
  count(bytes: number, now: number): boolean {
    this.#sampleBytes += bytes;
    return !this.#measuring && this.#sampleBytes * FIRST_PART >= this.streamBytes &&
      now - this.#since >= PAUSE_MS && this.canGrow;
  }

  /** Begins to measure: a PING has been sent. */
  begin(now: number): void {
    this.#measuring = true;
    this.#since = now;
    this.#sampleBytes = 0;
  }

  /**
   * Ends the measurement: the PING was answered. Windows grow to twice of what came.
   *
   * @returns Whether one has grown.
   */
  end(): boolean {
    const { connectionBytes, streamBytes } = this;
    this.#measuring = false;
    const wanted = this.#sampleBytes * 2;
    this.#sampleBytes = 0;
    if (wanted > this.connectionBytes) {
      this.connectionBytes = Math.min(wanted, this.#maxConnectionBytes);
    }
    if (wanted > this.streamBytes) this.streamBytes = Math.min(wanted, this.#maxStreamBytes);
    return this.connectionBytes > connectionBytes || this.streamBytes > streamBytes;
  }
}
