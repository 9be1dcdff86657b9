import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CleanUp, createTemporaryDirectory, startServer } from '@parts/testkit';
import { onTestFinished } from 'vitest';

/** Whose tokens are their names. */
const TEAM = { ada: 'approver', bob: 'approver', eve: 'editor', kim: 'reader' } as const;

export type Member = keyof typeof TEAM;

/** A server with named tokens, as a team runs it. */
export async function startTeamServer(
  env: Readonly<Record<string, string>> = {},
  cleanUp: CleanUp = onTestFinished,
) {
  const directory = await createTemporaryDirectory(cleanUp);
  const file = join(directory, 'tokens.json');
  const writeTokens = (members: readonly Member[]) =>
    writeFile(
      file,
      JSON.stringify(
        members.map((name) => ({
          name,
          role: TEAM[name],
          sha256: createHash('sha256').update(name).digest('hex'),
        })),
      ),
    );
  await writeTokens(['ada', 'bob', 'eve', 'kim']);
  const server = await startServer({ directory, cleanUp, env: { TOKENS_FILE: file, ...env } });

  /** Sends a request as a member, and takes a problem for a failure of the test. */
  async function send(member: Member, method: string, path: string, body: unknown) {
    const headers = { Authorization: `Bearer ${member}` };
    const response = await server.request(path, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  }

  return { server, origin: `http://127.0.0.1:${server.port}`, writeTokens, send };
}
