import { startServer } from '@parts/testkit';
import { expect, test } from 'vitest';
import { openBrowser } from './testing/browser.ts';

test('the docs page changes a status in a real browser and asks nobody but the server', async (context) => {
  const browser = await openBrowser(context);
  const server = await startServer();
  const origin = `http://127.0.0.1:${server.port}`;

  const page = await browser.newPage();
  page.setDefaultTimeout(20_000);
  const requests: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.addInitScript(`document.addEventListener('securitypolicyviolation', (event) => {
    console.error('forbidden by the policy: ' + event.blockedURI);
  })`);

  await page.goto(`${origin}/docs`);
  await page.getByRole('button', { name: 'Authorize' }).click();
  await page.getByLabel('auth-bearer-value').fill('dev-token');
  await page.getByRole('button', { name: 'Apply credentials' }).click();
  await page.getByRole('button', { name: 'Close' }).click();

  const operation = page.locator('#operations-Parts-changeStatus');
  await operation.locator('.opblock-summary-control').click();
  await operation.getByPlaceholder('id', { exact: true }).fill('2');
  await operation.locator('textarea').fill('{"status":"Rejected"}');
  await operation.getByRole('button', { name: 'Execute' }).click();
  const answer = operation.locator('.live-responses-table');
  await expect.poll(() => answer.textContent()).toContain('"status": "Rejected"');
  const part = await server.request('/v1/parts/2');
  expect(await part.json()).toMatchObject({ status: 'Rejected', version: 2 });

  expect(requests).toContain(`${origin}/openapi.json`);
  expect(requests.filter((url) => !url.startsWith(`${origin}/`))).toEqual([]);
  expect(errors).toEqual([]);

  // The policy would have stopped it, and we would have been told.
  await page.evaluate(`fetch('http://elsewhere.example/').catch(() => {})`);
  const told = 'forbidden by the policy: http://elsewhere.example/';
  await expect.poll(() => errors).toContain(told);
});
