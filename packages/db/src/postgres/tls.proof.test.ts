import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createCluster, findPostgres } from '@parts/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { openPostgresStorage } from './open-postgres-storage.ts';

const canRun = findPostgres() !== undefined && spawnSync('openssl', ['version']).status === 0;

/** A certificate for `localhost` that nothing but itself vouches for, and its key. */
function createCertificate() {
  // PostgreSQL of root runs as nobody, who has to read the key; a TMPDIR may be out of its reach.
  const directory = mkdtempSync('/tmp/parts-tls-');
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const [key, certificate] = [join(directory, 'key'), join(directory, 'crt')];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const args = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate];
  execFileSync('openssl', ['req', ...args, ...names], { stdio: 'pipe' });
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', '65534:65534', directory]);
  return { key, certificate };
}

test.runIf(canRun)(
  'with verify-full only a server with a certificate for its name is trusted',
  async () => {
    const { key, certificate } = createCertificate();
    const files = [`ssl_key_file=${key}`, `ssl_cert_file=${certificate}`];
    const { url, close } = await createCluster().start('ssl=on', ...files);
    onTestFinished(close);
    const open = (host: string, trusted: string) => {
      const query = `?sslmode=verify-full&sslrootcert=${trusted}`;
      return openPostgresStorage(`${url.replace('127.0.0.1', host)}${query}`);
    };
    await expect(open('127.0.0.1', certificate)).rejects.toThrow('does not match certificate');
    const other = createCertificate().certificate;
    await expect(open('localhost', other)).rejects.toThrow('self-signed certificate');
    const storage = await open('localhost', certificate);
    onTestFinished(() => storage.close());
    expect(await storage.parts.find(1)).toMatchObject({ id: 1 });
  },
);
