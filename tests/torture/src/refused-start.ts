import { promise } from './broken-promise.ts';
import { type LaunchOptions, launchServer } from './server-process.ts';

/**
 * Starts a server that can't serve: it has to say why, in one line, and exit with 1.
 *
 * @param reason has to be in that line
 */
export async function expectRefusedStart(
  what: string,
  options: LaunchOptions,
  reason: RegExp,
): Promise<void> {
  const launched = launchServer(options);
  const port = await launched.listening;
  if (port !== undefined) await launched.kill();
  promise(port === undefined, `${what}: no start`, () => 'it listens');
  const exit = await launched.exited;
  checkRefusal(what, exit, reason);
}

/** @throws BrokenPromise unless a process ended as one that refuses to start */
export function checkRefusal(
  what: string,
  { code, signal, stderr }: { code: number | null; signal: string | null; stderr: string },
  reason: RegExp,
): void {
  promise(
    code === 1 && /^parts-server can't start: [^\n]+\n$/.test(stderr) && reason.test(stderr),
    `${what}: exit code 1 and one line with the reason (${reason.source})`,
    () => `${code ?? signal}: ${stderr}`,
  );
}
