import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** System calls that change files, and those that carry answers to clients. */
const TRACED = [
  'openat,pwrite64,ftruncate,fallocate,fsync,fdatasync',
  'unlink,unlinkat,rename,renameat,renameat2,write,writev',
].join(',');

/** Runs a program under a tracer that writes every file change, with all its bytes, to `output`. */
export function traceCommand(output: string): readonly string[] {
  return [
    'strace',
    '-f',
    '-qq',
    '-yy',
    '-xx',
    '-s',
    '1000000',
    '-e',
    `trace=${TRACED}`,
    '-o',
    output,
  ];
}

/** Something that happened to a file, or an answer on its way to a client. */
export type TraceEvent =
  | { readonly kind: 'create'; readonly path: string }
  | {
      readonly kind: 'write';
      readonly path: string;
      readonly offset: number;
      readonly data: Buffer;
    }
  | { readonly kind: 'truncate'; readonly path: string; readonly size: number }
  | { readonly kind: 'sync'; readonly path: string }
  | { readonly kind: 'unlink'; readonly path: string }
  | { readonly kind: 'answer'; readonly text: string };

/** Reads what `traceCommand` has recorded, in the order in which it happened. */
export async function readTrace(output: string): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  const unfinished = new Map<string, string>();
  for await (const line of createInterface({ input: createReadStream(output) })) {
    const [, thread = '', call = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const begun = call.match(/^(.*) <unfinished \.\.\.>$/)?.[1];
    if (begun !== undefined) {
      unfinished.set(thread, begun);
      continue;
    }
    const rest = call.match(/^<\.\.\. \w+ resumed>(.*)$/)?.[1];
    const event = parseCall(rest === undefined ? call : unfinished.get(thread) + rest);
    if (event) events.push(event);
  }
  return events;
}

function parseCall(call: string): TraceEvent | undefined {
  const [, name, args = '', result = ''] = /^(\w+)\((.*)\) += (-?\d+)/.exec(call) ?? [];
  if (name === undefined || result.startsWith('-')) return undefined;
  // A file descriptor is printed with its path, a socket with its addresses.
  const descriptor = /^\d+<([^>]*)/.exec(args)?.[1] ?? '';
  const path = decode(descriptor).toString();
  switch (name) {
    case 'openat':
      return args.includes('O_CREAT') ? { kind: 'create', path: quoted(args) } : undefined;
    case 'pwrite64': {
      const offset = Number(/, (\d+)$/.exec(args)?.[1]);
      const data = decode(/"([^"]*)"/.exec(args)?.[1] ?? '').subarray(0, Number(result));
      return { kind: 'write', path, offset, data };
    }
    case 'ftruncate':
      return { kind: 'truncate', path, size: Number(/, (\d+)$/.exec(args)?.[1]) };
    case 'fsync':
    case 'fdatasync':
      return { kind: 'sync', path };
    case 'unlink':
      return { kind: 'unlink', path: quoted(args) };
    case 'write':
    case 'writev': {
      if (!descriptor.startsWith('TCP')) return undefined;
      const text = [...args.matchAll(/"([^"]*)"/g)].map(([, part = '']) => decode(part)).join('');
      return { kind: 'answer', text };
    }
    default:
      return undefined;
  }
}

function quoted(args: string): string {
  return decode(/"([^"]*)"/.exec(args)?.[1] ?? '').toString();
}

/** Turns `\x2f\x74` into bytes. */
function decode(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex');
}
