import { expect, test } from 'vitest';
import { openApp } from '../testing/open-app.ts';

test('every route sends the id of the request back', async () => {
  const { app, send } = await openApp();
  const routes = app.routes.filter(({ method }) => method !== 'ALL');
  expect(routes.length).toBeGreaterThan(5);
  for (const { method, path } of routes) {
    const id = `${method}:${path}`;
    const response = await send(method, path.replace(':id', '1'), {
      headers: { 'X-Request-Id': id },
    });
    expect(response.headers.get('X-Request-Id')).toBe(id);
    await response.body?.cancel();
  }
});
