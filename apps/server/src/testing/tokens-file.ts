import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTemporaryDirectory } from '@parts/testkit';

export interface TokenLine {
  readonly name: string;
  readonly role: string;
  readonly expires?: string;
}

/** A file of tokens in a new directory, to be given to a server and rewritten beside it. */
export async function createTokensFile(lines: Readonly<Record<string, TokenLine>>) {
  const path = join(await createTemporaryDirectory(), 'tokens.json');
  /** At once, so that no reader sees half of it. */
  function write(lines: Readonly<Record<string, TokenLine>>): void {
    const entries = Object.entries(lines).map(([token, line]) => ({
      ...line,
      sha256: createHash('sha256').update(token).digest('hex'),
    }));
    writeText(JSON.stringify(entries));
  }
  function writeText(text: string): void {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  }
  write(lines);
  return { path, write, writeText };
}

export const as = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });
