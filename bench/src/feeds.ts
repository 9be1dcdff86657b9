// Holds many feeds open, in a process of its own, and counts the entries that each brings.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { keepToClientCore } from './cores.ts';

export interface FeedFollowers {
  /** The number of entries that the feed with the fewest has brought so far. */
  least(): Promise<number>;
  stop(): void;
}

interface Order {
  readonly port: number;
  readonly token: string;
  readonly feeds: number;
}

/** Opens feeds of the audit, from its start. */
export function followFeeds(order: Order): FeedFollowers {
  const child = fork(import.meta.filename, ['feeds']);
  keepToClientCore(child.pid);
  child.send(order);
  return {
    async least() {
      child.send('count');
      const [least] = await once(child, 'message');
      return least;
    },
    stop: () => child.disconnect(),
  };
}

/** At the start of a line, so that no text inside an entry is counted. */
const ENTRY = Buffer.from('\nid: ');

if (process.argv[2] === 'feeds' && process.argv[1] === import.meta.filename) {
  const counts: number[] = [];
  process.on('message', (message: Order | 'count') => {
    if (message === 'count') process.send?.(Math.min(...counts));
    else for (let feed = 0; feed < message.feeds; feed++) follow(message, feed, counts);
  });
  process.on('disconnect', () => process.exit());
}

/** A bare socket: 500 feeds at 1,000 changes/s are more than an HTTP client can parse beside a server. */
function follow({ port, token }: Order, feed: number, counts: number[]): void {
  let tail: Buffer = Buffer.alloc(0);
  counts[feed] = 0;
  const socket = connect(port, '127.0.0.1', () => {
    socket.write(
      'GET /v1/audit HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n' +
        `Authorization: Bearer ${token}\r\n\r\n`,
    );
  });
  socket.on('data', (chunk: Buffer) => {
    const text = Buffer.concat([tail, chunk]);
    for (let at = text.indexOf(ENTRY); at !== -1; at = text.indexOf(ENTRY, at + 1)) {
      counts[feed] = (counts[feed] ?? 0) + 1;
    }
    // An entry may begin in one chunk and end in the next.
    tail = text.subarray(-(ENTRY.length - 1));
  });
  socket.on('error', () => {});
}
