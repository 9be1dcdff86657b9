import { PartsError } from '@parts/core';
import { createInMemoryStore } from '@parts/core/testing';
import { describe, expect, test } from 'vitest';
import { openApp } from '../testing/open-app.ts';
import { expectProblem } from '../testing/read-answers.ts';

describe('a failure of the storage', () => {
  test('is a 503 with Retry-After or a 500, and is logged with its cause', async () => {
    const cause = new Error('SQLITE_BUSY of an internal table');
    const storage = createInMemoryStore([]).open();
    const { send, logged } = await openApp({
      storage: {
        ...storage,
        maintenance: {
          ...storage.maintenance,
          reset: () => Promise.reject(new PartsError('storage_busy', 'it is locked', { cause })),
        },
        statistics: {
          ...storage.statistics,
          count: () => Promise.reject(new Error('an internal secret')),
        },
      },
    });
    const busy = await send('POST', '/debug/reset');
    expect(busy.headers.get('Retry-After')).toBe('1');
    expect((await expectProblem(busy, 503, 'storage_busy')).detail).toBe('it is locked');
    expect(logged).toContainEqual({
      level: 'error',
      fields: { request_id: 'id-1', err: expect.objectContaining({ cause }) },
    });

    const bug = await send('GET', '/debug/stats');
    expect((await expectProblem(bug, 500, 'internal_error')).detail).not.toContain('secret');
    expect(logged).toContainEqual({
      level: 'error',
      fields: {
        request_id: 'id-2',
        err: expect.objectContaining({ message: 'an internal secret' }),
      },
    });
  });
});
