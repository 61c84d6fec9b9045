/**
 * Ports for other people's servers.
 *
 * @module
 */

/**
 * Ports that are free, for programs that cannot ask for one themselves. The hope is that nobody is
 * faster.
 */
export function freePorts(count: number): number[] {
  const listeners = Array.from(
    { length: count },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  return listeners.map((listener) => {
    listener.close();
    return listener.addr.port;
  });
}

/** Waits until somebody listens on a port of this machine. */
export async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  throw new Error(`Nobody listens on port ${port}`);
}
