import { expect, test } from 'vitest';
import { openApp } from '../testing/open-app.ts';

test('every route sends the id of the request back', async () => {
  const { app, send } = await openApp();
  const routes = app.routes.filter(({ method }) => method !== 'ALL');
  expect(routes.length).toBeGreaterThan(5);
  for (const [index, { method, path }] of routes.entries()) {
    // Not the path, whose pattern may have what an id must not.
    const id = `route-${index}`;
    const response = await send(method, path.replace(':id', '1'), {
      headers: { 'X-Request-Id': id },
    });
    expect(response.headers.get('X-Request-Id'), `${method} ${path}`).toBe(id);
    await response.body?.cancel();
  }
});
