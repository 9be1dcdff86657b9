import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { test } from 'vitest';
import { shareBrowser } from '../testing/browser.ts';
import { expectPart, openBoard } from '../testing/open-board.ts';
import { type Member, startTeamServer } from '../testing/start-team-server.ts';

const openSharedBrowser = shareBrowser();

const folder = fileURLToPath(new URL('../../../../docs/board/', import.meta.url));

// biome-ignore lint/style/noProcessEnv: `pnpm screenshots` asks for it
test.runIf(process.env['SCREENSHOTS'])('takes the pictures in docs/board.md', async (context) => {
  const browser = await openSharedBrowser(context);
  const { origin, send } = await startTeamServer({ APPROVAL: 'four-eyes', NODE_OPTIONS: CLOCK });
  for (const [member, path, body] of STEPS) await send(member, 'PATCH', path, body);
  for (const [name, theme, size, address, token] of PICTURES) {
    await takePicture(browser, origin, { name, theme, size, address, token });
  }
});

/** Each change comes 40 minutes after the one before, so that the same pictures are taken every time. */
const CLOCK = `--import=data:text/javascript,${encodeURIComponent(`
  let now = Date.parse('2026-11-23T08:10Z');
  globalThis.Date = class extends Date {
    constructor(...values) {
      super(...(values.length > 0 ? values : [(now += 40 * 60_000)]));
    }
  };`)}`;

/** What happened to the parts of the seed. */
const STEPS = [
  decision('eve', 1, 'In Review', 'Rev C: new CAN transceiver, see ECO-118'),
  decision('bob', 1, 'In Review', 'Is the transceiver in stock for the whole batch?'),
  decision('eve', 1, 'In Review', 'Yes, 400 pieces in Graz.'),
  decision('ada', 2, 'Approved', 'Thermal test passed at 40 °C'),
  edit('eve', 2, { description: '48 V input, six fused outputs' }, 'ECO-121: two more outputs'),
  decision('eve', 2, 'In Review', 'Layout is done, please look at F5 and F6'),
  decision('bob', 2, 'In Review', 'F5: the successor has the same footprint.'),
  decision('bob', 9, 'Rejected', 'Brake torque too low'),
  decision('eve', 9, 'In Review', 'With the 2.4 Nm brake now'),
] as const;

function decision(member: Member, id: number, status: string, reason: string) {
  return [member, `/v1/parts/${id}/status`, { status, reason }] as const;
}

function edit(member: Member, id: number, fields: object, reason: string) {
  return [member, `/v1/parts/${id}`, { ...fields, reason }] as const;
}

/** Sent to be checked, so that the picture shows what an import would do. */
const CSV = `part_number;name;description
PCB-1004;Relay board;Eight channels, DIN rail
PCB-1003;Sensor breakout board, rev B;Carries two IMUs and a barometer
ENC-2001;Enclosure, lower half;Die-cast aluminium, IP67 with gasket
`;

const DESKTOP = [1280, 800] as const;
const PHONE = [390, 844] as const;

const PICTURES = [
  ['sign-in', 'light', DESKTOP, '#/', undefined],
  ['part-light', 'light', DESKTOP, '#/parts/In%20Review/1', 'ada'],
  ['part-dark', 'dark', DESKTOP, '#/parts/In%20Review/2', 'ada'],
  ['edit', 'light', DESKTOP, '#/parts/Approved/4/edit', 'eve'],
  ['import', 'light', DESKTOP, '#/import', 'eve'],
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
    if (/\/\d+$/.test(address)) await expectPart(page, 'PCB-');
    if (address === '#/import') await checkFile(page);
  }
  await page.mouse.move(0, 0);
  await page.screenshot({ path: `${folder}${name}.png` });
}

async function checkFile(page: Page): Promise<void> {
  const file = { name: 'parts.csv', mimeType: 'text/csv', buffer: Buffer.from(CSV) };
  await page.getByLabel('File').setInputFiles(file);
  await page.getByLabel('Numbers that exist already').selectOption('update');
  await page.getByRole('button', { name: 'Check' }).click();
  await page.locator('table').waitFor();
}
