import { createHttpClient, type ServerProcess } from '@parts/testkit';

const PARTS = 12;

/** Requests that are sent ahead, without waiting for the answers to those before. */
const AHEAD = 50;

/**
 * Makes so many status changes as fast as it goes, on one connection.
 *
 * @throws Error when one is refused, or when the server goes away
 */
export async function changeParts(
  server: Pick<ServerProcess, 'port' | 'token'>,
  count: number,
  reason?: string,
): Promise<void> {
  const client = createHttpClient(server, { connections: 1, pipelining: AHEAD });
  const body = JSON.stringify({ status: 'In Review', reason });

  async function change(id: number): Promise<void> {
    const { status } = await client.send(`/v1/parts/${id}/status`, { method: 'PATCH', body });
    if (status !== 200) throw new Error(`answered ${status}`);
  }

  try {
    for (let begun = 0; begun < count; begun += AHEAD) {
      const size = Math.min(AHEAD, count - begun);
      const changes = Array.from({ length: size }, (_, i) => change(((begun + i) % PARTS) + 1));
      await Promise.all(changes);
    }
  } finally {
    await client.close();
  }
}
