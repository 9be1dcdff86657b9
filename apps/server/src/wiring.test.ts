import { holdWriteLock, startServer } from '@parts/testkit';
import { expect, test } from 'vitest';
import { serve } from './testing/serve.ts';

const MINUTE = 60_000;

/** Lets the clock of a process go ahead. */
function shiftClock(milliseconds: number): string[] {
  const code = `
    const { now } = Date;
    globalThis.Date = class extends Date {
      constructor(...of) { super(...(of.length ? of : [Date.now()])); }
      static now() { return now() + ${milliseconds}; }
    };`;
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
}

test.for([
  [{ RATE_LIMIT: '3' }, '"default";q=3;w=1'],
  [{ RATE_LIMIT: '2', RATE_LIMIT_BURST: '5' }, '"default";q=5;w=3'],
  [{ RATE_LIMIT_BURST: '5' }, null],
] as const)('%j limits requests by the policy %s', async ([env, policy]) => {
  const server = await serve({ env });
  const { headers } = await server.request('/v1/parts');
  expect(headers.get('RateLimit-Policy')).toBe(policy);
});

test('LOCK_TIMEOUT_MS is how long a write waits for the lock of another process', async () => {
  const patient = await serve({ env: { LOCK_TIMEOUT_MS: '600000' } });
  const { directory } = patient;
  const impatient = await serve({ env: { LOCK_TIMEOUT_MS: '1' }, directory });
  await holdWriteLock(patient.database);
  const first = await Promise.race([
    patient.changeStatus(1, 'Approved').catch(() => 'patient'),
    // Had the two the same timeout, the one that was asked first would be the first to answer.
    patient.request('/healthz').then(async () => {
      const { status } = await impatient.changeStatus(1, 'Approved');
      return `impatient: ${status}`;
    }),
  ]);
  expect(first).toBe('impatient: 503');
});

test('IDEMPOTENCY_TTL_HOURS is how long a key is remembered, across restarts', async () => {
  const env = { IDEMPOTENCY_TTL_HOURS: '2' };
  const retry = { headers: { 'Idempotency-Key': 'a' } };
  const first = await serve({ env });
  await first.changeStatus(1, 'Approved', retry);
  await first.stop();
  for (const [minutes, replayed] of [
    [119, 'true'],
    [121, null],
  ] as const) {
    const nodeArguments = shiftClock(minutes * MINUTE);
    const later = await startServer({ env, directory: first.directory, nodeArguments });
    const answer = await later.changeStatus(1, 'Approved', retry);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('Idempotent-Replayed')).toBe(replayed);
    await later.end('SIGKILL');
  }
});
