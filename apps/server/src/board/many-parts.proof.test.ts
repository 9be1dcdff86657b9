import { createTemporaryDirectory, startServer } from '@parts/testkit';
import { expect, test } from 'vitest';
import { shareBrowser } from '../testing/browser.ts';
import { alterDatabase } from '../testing/database-file.ts';
import { expectPart, openBoard } from '../testing/open-board.ts';

const openSharedBrowser = shareBrowser();

const PARTS = 10_000;
const CHANGES = 1000;
/** Changes that are under way at a time. */
const CLIENTS = 20;

/** The burst takes most of a minute on a machine with much else to do. */
const TIMEOUT_MS = 240_000;

test('stays usable with ten thousand parts in a burst of changes', {
  timeout: TIMEOUT_MS,
}, async (context) => {
  const browser = await openSharedBrowser(context);
  const directory = await createTemporaryDirectory();
  await (await startServer({ directory })).end('SIGTERM');
  alterDatabase(
    `${directory}/data.db`,
    `DROP TRIGGER parts_begin_with_an_audit_entry;
     WITH RECURSIVE n(i) AS (SELECT 13 UNION ALL SELECT i + 1 FROM n WHERE i < ${PARTS})
     INSERT INTO parts SELECT i, 'P-' || i, 'Part ' || i, '', 'In Review', 1,
       '2026-01-05T09:00:00.000Z', '2026-01-05T09:00:00.000Z', NULL FROM n`,
  );
  const server = await startServer({ directory, forgetsRequests: true });
  const origin = `http://127.0.0.1:${server.port}`;
  const page = await openBoard(browser, { origin, token: 'dev-token' });
  // From here the page is opened as by somebody who has signed in before.
  await page.reload();
  await page.locator('.queue li').first().waitFor();
  const firstView = await page.evaluate('performance.now()');
  expect(await page.locator('.queue li').count()).toBe(200);

  await page.locator('.queue a', { hasText: 'P-20' }).first().click();
  await expectPart(page, 'P-20');
  await page.evaluate(MEASURE_KEYSTROKES);
  await page.getByText('● Live').waitFor();
  const readLists: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/v1/parts?')) readLists.push(request.url());
  });
  let next = 100;
  async function changeParts() {
    while (next < 100 + CHANGES) await server.changeStatus(next++, 'Approved');
  }
  const burst = Promise.all(Array.from({ length: CLIENTS }, changeParts));
  await page.getByLabel('Reason or comment').pressSequentially('typed while others decide');
  await burst;
  await server.changeStatus(13, 'Approved');
  await expect
    .poll(() => page.locator('.queue').getByText('P-13', { exact: true }).count())
    .toBe(0);
  expect(await page.getByLabel('Reason or comment').inputValue()).toBe('typed while others decide');
  // It reads again from time to time, not for each change.
  expect(readLists.length).toBeLessThan(CHANGES / 10);
  await page.getByLabel('Search parts').pressSequentially('part 77', { delay: 100 });
  await page.getByText('Part 77', { exact: true }).first().waitFor();
  const keystrokes = await page.evaluate('keystrokes');
  console.info(`first view, keystrokes in ms: ${JSON.stringify([firstView, keystrokes])}`);
});

/** From a key's event to the frame that shows it. */
const MEASURE_KEYSTROKES = `globalThis.keystrokes = [];
  addEventListener('keydown', (event) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => keystrokes.push(Math.round(performance.now() - event.timeStamp));
    channel.port2.postMessage(null);
  }), true);`;
