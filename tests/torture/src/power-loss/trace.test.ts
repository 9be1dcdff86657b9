import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readTrace } from './trace.ts';

/** As the tracer prints a text. */
function hex(text: string): string {
  return text.replace(
    /./gsu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

const FILE = `7<${hex('/d/a')}>`;

async function read(...lines: string[]) {
  const directory = mkdtempSync(join(tmpdir(), 'trace-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'trace');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return readTrace(path);
}

test('each change of a file becomes an event, in order', async () => {
  const events = await read(
    `10  openat(AT_FDCWD<${hex('/x')}>, "${hex('/d/a')}", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = ${FILE}`,
    `10  pwrite64(${FILE}, "${hex('abc')}", 3, 4096) = 3`,
    `10  ftruncate(${FILE}, 100) = 0`,
    `10  fdatasync(${FILE}) = 0`,
    `10  unlink("${hex('/d/a')}") = 0`,
  );
  expect(events).toEqual([
    { kind: 'create', path: '/d/a' },
    { kind: 'write', path: '/d/a', offset: 4096, data: Buffer.from('abc') },
    { kind: 'truncate', path: '/d/a', size: 100 },
    { kind: 'sync', path: '/d/a' },
    { kind: 'unlink', path: '/d/a' },
  ]);
});

test('a call that another thread interrupts takes effect when it ends', async () => {
  const events = await read(
    `10  fsync(${FILE} <unfinished ...>`,
    `11  pwrite64(${FILE}, "${hex('a')}", 1, 0) = 1`,
    '10  <... fsync resumed>) = 0',
  );
  expect(events.map(({ kind }) => kind)).toEqual(['write', 'sync']);
});

test('only as much is written as the system says, and nothing by a call that failed', async () => {
  const events = await read(
    `10  pwrite64(${FILE}, "${hex('abc')}", 3, 0) = 2`,
    `10  fsync(${FILE}) = -1 EIO (Input/output error)`,
  );
  expect(events).toEqual([{ kind: 'write', path: '/d/a', offset: 0, data: Buffer.from('ab') }]);
});

test('answers are what goes to sockets', async () => {
  const events = await read(
    `10  writev(9<TCP:[127.0.0.1:1->127.0.0.1:2]>, [{iov_base="${hex('HTTP/1.1 ')}", iov_len=9}, {iov_base="${hex('200 OK')}", iov_len=6}], 2) = 15`,
    `10  write(1<${hex('pipe:[1]')}>, "${hex('log')}", 3) = 3`,
  );
  expect(events).toEqual([{ kind: 'answer', text: 'HTTP/1.1 200 OK' }]);
});
