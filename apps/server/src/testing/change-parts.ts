import { createHttpClient, type ServerProcess } from '@parts/testkit';

const PARTS = 12;

/** Clients, which share commits. */
const CLIENTS = 50;

/**
 * Makes so many status changes as fast as it goes.
 *
 * @throws Error when one is refused, or when the server goes away
 */
export async function changeParts(
  server: Pick<ServerProcess, 'port' | 'token'>,
  count: number,
  reason?: string,
): Promise<void> {
  const client = createHttpClient(server, { connections: CLIENTS });
  const body = JSON.stringify({ status: 'In Review', reason });

  let begun = 0;

  async function makeChanges(): Promise<void> {
    while (begun < count) {
      begun += 1;
      const path = `/v1/parts/${(begun % PARTS) + 1}/status`;
      const { status } = await client.send(path, { method: 'PATCH', body });
      if (status !== 200) throw new Error(`answered ${status}`);
    }
  }

  try {
    await Promise.all(Array.from({ length: CLIENTS }, makeChanges));
  } finally {
    await client.close();
  }
}
