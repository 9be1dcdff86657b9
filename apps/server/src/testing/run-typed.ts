import { createTemporaryDirectory } from '@parts/testkit';
import { vi } from 'vitest';
import { runCommand } from '../commands/run-command.ts';

/** Runs a command as typed in a directory. Default: in a new one. */
export async function runTyped(
  args: readonly string[],
  {
    env = {},
    directory,
  }: { readonly env?: NodeJS.ProcessEnv; readonly directory?: string | undefined } = {},
) {
  const workingDirectory = directory ?? (await createTemporaryDirectory());
  const output = { stdout: '', stderr: '' };
  const log = vi.spyOn(console, 'log').mockImplementation((text) => {
    output.stdout += `${text}\n`;
  });
  const error = vi.spyOn(console, 'error').mockImplementation((text) => {
    output.stderr += `${text}\n`;
  });
  try {
    return { code: await runCommand(args, { env, workingDirectory }), ...output };
  } finally {
    log.mockRestore();
    error.mockRestore();
  }
}
