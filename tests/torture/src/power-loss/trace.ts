import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** What happens to files, and answers on their way to clients, by the system calls that bring it about. */
const KINDS = {
  openat: 'create',
  pwrite64: 'write',
  ftruncate: 'truncate',
  fsync: 'sync',
  fdatasync: 'sync',
  unlink: 'unlink',
  write: 'answer',
  writev: 'answer',
} as const;

export interface TraceEvent {
  readonly kind: (typeof KINDS)[keyof typeof KINDS];
  readonly path: string;
  /** Where a write begins, or the size that a truncation leaves. */
  readonly offset: number;
  readonly data: Buffer;
}

/** Runs a program under a tracer that writes each successful call, with all its bytes, to `output`. */
export function traceCommand(output: string): readonly string[] {
  const calls = Object.keys(KINDS).join(',');
  return [...'strace -f -qq -z -yy -xx -s 1000000 -e'.split(' '), `trace=${calls}`, '-o', output];
}

/** A thread, a call, the file that it is about as a number and a path, and its other arguments. */
const CALL = /^\d+ +(\w+)\((?:\d+<([^>]*)>)?(.*)\) += /;

/** Reads what `traceCommand` has recorded, in the order in which the calls ended. */
export async function readTrace(output: string): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  for await (const line of createInterface({ input: createReadStream(output) })) {
    const [, name = '', descriptor, args = ''] = CALL.exec(line) ?? [];
    if (!isTraced(name) || (name === 'openat' && !args.includes('O_CREAT'))) continue;
    const data = decode(Array.from(args.matchAll(/"([^"]*)"/g), ([, text]) => text).join(''));
    events.push({
      kind: KINDS[name],
      path: (descriptor === undefined ? data : decode(descriptor)).toString(),
      offset: Number(/\d+$/.exec(args)?.[0] ?? 0),
      data,
    });
  }
  return events;
}

const isTraced = (name: string): name is keyof typeof KINDS => Object.hasOwn(KINDS, name);

/** Turns `\x2f\x74` into bytes. */
const decode = (text: string) => Buffer.from(text.replaceAll('\\x', ''), 'hex');
