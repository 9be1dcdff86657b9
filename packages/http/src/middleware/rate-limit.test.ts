import { describe, expect, test } from 'vitest';
import { as, namedTokens, TEAM } from '../testing/named-tokens.ts';
import { shareStorage } from '../testing/open-app.ts';

const openApp = shareStorage();

/** The app behind a limit, with a clock that stands still until it is moved. */
async function openLimitedApp(rate: number, burst: number) {
  const clock = { milliseconds: 1000 };
  const app = await openApp({ rateLimit: { rate, burst, now: () => clock.milliseconds } });
  const count = async (requests: number) => {
    const responses = await Promise.all(
      Array.from({ length: requests }, () => app.send('GET', '/v1/parts/1')),
    );
    return responses.filter(({ status }) => status === 200).length;
  };
  return { ...app, clock, count };
}

describe('the rate limit', () => {
  test('lets the burst pass and then the rate, exactly', async () => {
    const { clock, count } = await openLimitedApp(10, 5);
    expect(await count(50)).toBe(5);
    clock.milliseconds += 99;
    expect(await count(50)).toBe(0);
    clock.milliseconds += 1;
    expect(await count(50)).toBe(1);
    clock.milliseconds += 300;
    expect(await count(50)).toBe(3);
    clock.milliseconds += 60_000;
    expect(await count(50)).toBe(5);
  });

  test('says how much is left and when to come back', async () => {
    const { clock, send } = await openLimitedApp(1, 2);
    const first = await send('GET', '/v1/parts/1');
    expect(first.headers.get('RateLimit-Policy')).toBe('"default";q=2;w=2');
    expect(first.headers.get('RateLimit')).toBe('"default";r=1;t=1');
    await send('GET', '/v1/parts/1');
    const refused = await send('GET', '/v1/parts/1');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('Content-Type')).toBe('application/problem+json');
    expect(refused.headers.get('Retry-After')).toBe('1');
    expect(refused.headers.get('RateLimit')).toBe('"default";r=0;t=1');
    expect(await refused.json()).toMatchObject({ status: 429, code: 'rate_limited' });
    clock.milliseconds += 1000;
    expect((await send('GET', '/v1/parts/1')).status).toBe(200);
  });

  test('rounds Retry-After up to whole seconds', async () => {
    const { clock, send } = await openLimitedApp(0.4, 1);
    await send('GET', '/v1/parts/1');
    expect((await send('GET', '/v1/parts/1')).headers.get('Retry-After')).toBe('3');
    clock.milliseconds += 1000;
    expect((await send('GET', '/v1/parts/1')).headers.get('Retry-After')).toBe('2');
  });

  test('does not count requests without the token, nor those outside /v1', async () => {
    const { request, count } = await openLimitedApp(1, 2);
    for (let i = 0; i < 5; i += 1) {
      expect((await request('/v1/parts/1')).status).toBe(401);
      expect((await request('/healthz')).status).toBe(200);
    }
    expect(await count(5)).toBe(2);
  });

  test('has one bucket for each token, which goes on when others come and go', async () => {
    const tokens = namedTokens(TEAM);
    const { send } = await openApp({ tokens, rateLimit: { rate: 1, burst: 1, now: () => 0 } });
    const status = async (name: string) =>
      (await send('GET', '/v1/parts/1', { headers: as(name) })).status;
    expect([await status('ada'), await status('bob')]).toEqual([200, 200]);
    tokens.set('bob', undefined);
    expect([await status('ada'), await status('bob')]).toEqual([429, 401]);
  });

  test('lets a refused change write nothing', async () => {
    const { changeStatus, readStats } = await openLimitedApp(1, 1);
    const statuses = [];
    for (let i = 0; i < 3; i += 1)
      statuses.push((await changeStatus(1, { status: 'Draft' })).status);
    expect(statuses).toEqual([200, 429, 429]);
    expect(await readStats()).toMatchObject({ audit_count: 1 });
  });

  test('is off unless it is asked for', async () => {
    const { send } = await openApp();
    const response = await send('GET', '/v1/parts/1');
    expect(response.headers.get('RateLimit')).toBeNull();
    expect(response.headers.get('RateLimit-Policy')).toBeNull();
  });
});
