import type { FeedEvent, FollowedFeed, LogLine, ServerClient } from '@parts/testkit';
import { expect } from 'vitest';

/** The ids of the first audit entries of a database. */
export const countTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

/** The ids of the audit entries that a feed brought. */
export const idsOf = (events: readonly FeedEvent[]) => events.map(({ data }) => data.id);

/** The ids of the audit entries whose events a server handled, as its log tells. */
export const handledIn = (lines: readonly LogLine[]) =>
  lines.filter(({ msg }) => msg === 'event handled').map((line) => Number(line['audit_id']));

export async function waitForEvents({ events }: FollowedFeed, count: number): Promise<void> {
  await expect.poll(() => events.length).toBeGreaterThanOrEqual(count);
}

export const readStats = async (server: ServerClient) =>
  JSON.parse(await (await server.request('/debug/stats')).text());

export async function waitForStats(server: ServerClient, expected: object): Promise<void> {
  await expect.poll(() => readStats(server)).toMatchObject(expected);
}
