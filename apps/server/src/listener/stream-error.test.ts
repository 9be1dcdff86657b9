import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { sendConsoleToLog } from '../log/log.ts';
import { createHttpListener } from './http-listener.ts';
import { listen } from './listen.ts';

test('an answer whose stream fails is reported to the log, not to the console', async () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line) => void lines.push(line) });
  const consoleError = vi.spyOn(console, 'error');
  const consoleInfo = vi.spyOn(console, 'info');
  onTestFinished(() => void vi.restoreAllMocks());
  sendConsoleToLog({ log });
  const { server } = createHttpListener({
    fetch: () =>
      new Response(
        new ReadableStream({ pull: (controller) => controller.error(new Error('disk is gone')) }),
      ),
    headersTimeout: 60_000,
    requestTimeout: 60_000,
    keepAliveTimeout: 60_000,
    idleTimeout: 60_000,
    newRequestId: () => 'one',
    log,
  });
  const port = await listen(server, 0, '127.0.0.1');
  onTestFinished(() => void server.close());

  const answer = fetch(`http://127.0.0.1:${port}/`, { headers: { Connection: 'close' } });
  await answer.then((response) => response.text()).catch(() => {});

  expect(lines.join('')).toContain('disk is gone');
  expect(consoleError).not.toHaveBeenCalled();
  expect(consoleInfo).not.toHaveBeenCalled();
});
