import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { test } from 'vitest';
import { shareBrowser } from '../testing/browser.ts';
import { expectPart, openBoard } from '../testing/open-board.ts';
import { startTeamServer } from '../testing/start-team-server.ts';

const openSharedBrowser = shareBrowser();

const folder = fileURLToPath(new URL('../../../../docs/board/', import.meta.url));

// biome-ignore lint/style/noProcessEnv: `pnpm screenshots` asks for it
test.runIf(process.env['SCREENSHOTS'])('takes the pictures in docs/board.md', async (context) => {
  const browser = await openSharedBrowser(context);
  const { origin, send } = await startTeamServer({ APPROVAL: 'four-eyes' });
  const setStatus = (...[member, id, status, reason]: Step) =>
    send(member, 'PATCH', `/v1/parts/${id}/status`, { status, reason });
  for (const step of STEPS) await setStatus(...step);
  for (const [name, theme, size, address, token] of PICTURES) {
    await takePicture(browser, origin, { name, theme, size, address, token });
  }
});

type Step = readonly ['ada' | 'bob' | 'eve', number, string, string];

/** What happened to the parts of the seed. */
const STEPS: readonly Step[] = [
  ['eve', 1, 'In Review', 'Rev C: new CAN transceiver, see ECO-118'],
  ['bob', 1, 'In Review', 'Is the transceiver in stock for the whole batch?'],
  ['eve', 1, 'In Review', 'Yes, 400 pieces in Graz.'],
  ['ada', 2, 'Approved', 'Thermal test passed at 40 °C'],
  ['bob', 2, 'In Review', 'Fuse F3 is end of life: please look again'],
  ['ada', 2, 'In Review', 'F3: the successor has the same footprint.'],
  ['bob', 9, 'Rejected', 'Brake torque too low'],
  ['eve', 9, 'In Review', 'With the 2.4 Nm brake now'],
];

const DESKTOP = [1280, 800] as const;
const PHONE = [390, 844] as const;

const PICTURES = [
  ['sign-in', 'light', DESKTOP, '#/', undefined],
  ['part-light', 'light', DESKTOP, '#/parts/In%20Review/1', 'ada'],
  ['part-dark', 'dark', DESKTOP, '#/parts/In%20Review/2', 'ada'],
  ['queue-phone', 'light', PHONE, '#/', 'ada'],
  ['part-phone', 'dark', PHONE, '#/parts/In%20Review/1', 'eve'],
] as const;

interface Picture {
  readonly name: string;
  readonly theme: 'light' | 'dark';
  readonly size: readonly [number, number];
  readonly address: string;
  readonly token: string | undefined;
}

async function takePicture(browser: Browser, origin: string, picture: Picture): Promise<void> {
  const { name, theme, size, address, token } = picture;
  const [width, height] = size;
  const context = { colorScheme: theme, viewport: { width, height }, timezoneId: 'UTC' };
  const page = await openBoard(browser, { origin, path: `/board${address}`, context, token });
  if (token !== undefined) {
    await page.getByText('● Live').waitFor();
    await page.locator('.queue li').first().waitFor({ state: 'attached' });
    if (address !== '#/') await expectPart(page, 'PCB-');
  }
  await page.screenshot({ path: `${folder}${name}.png` });
}
