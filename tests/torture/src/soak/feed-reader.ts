import { request } from 'node:http';
import { promise } from '../broken-promise.ts';
import type { ServerProcess } from '../server-process.ts';
import type { Tally } from '../tally.ts';

/** A place in a feed, as the server names it: what was reset how often, and the id of an entry. */
const EVENT_ID = /^id: ([0-9a-f]+)-(\d+)$/gm;

export interface FeedReader {
  /** The id of the last event, to begin behind it the next time. */
  leave(): string;
}

/**
 * Follows the live feed of the audit and checks that it leaves nothing out.
 *
 * @param lastEventId where the feed before ended; empty for the beginning
 * @param onBroken takes what would otherwise be thrown to nobody
 */
export function readFeed(
  server: ServerProcess,
  lastEventId: string,
  tally: Tally,
  onBroken: (error: unknown) => void,
): FeedReader {
  let last = lastEventId;
  let rest = '';
  const outgoing = openFeed(server, lastEventId, tally);
  outgoing.on('response', (incoming) => {
    incoming.on('error', () => {});
    incoming.setEncoding('utf8').on('data', (text: string) => {
      const [complete, tail] = splitAtEnd(rest + text);
      rest = tail;
      try {
        for (const [, generation = '', id = ''] of complete.matchAll(EVENT_ID)) {
          last = follow(last, generation, Number(id));
        }
      } catch (error) {
        onBroken(error);
      }
    });
  });
  return {
    leave() {
      outgoing.destroy();
      return last;
    },
  };
}

/** Opens the feed and never reads from it. @returns a function that hangs up */
export function ignoreFeed(server: ServerProcess, tally: Tally): () => void {
  const outgoing = openFeed(server, '', tally);
  outgoing.on('response', (incoming) => {
    incoming.on('error', () => {});
    incoming.pause();
  });
  return () => outgoing.destroy();
}

function openFeed(server: ServerProcess, lastEventId: string, tally: Tally) {
  tally.requests++;
  const outgoing = request({
    host: '127.0.0.1',
    port: server.port,
    path: '/v1/audit',
    agent: false,
    headers: {
      Authorization: `Bearer ${server.token}`,
      Accept: 'text/event-stream',
      ...(lastEventId !== '' && { 'Last-Event-ID': lastEventId }),
    },
  });
  outgoing.on('error', () => {});
  outgoing.end();
  return outgoing;
}

/** The next event is the next entry, or the beginning after a reset. */
function follow(last: string, generation: string, id: number): string {
  const [lastGeneration, lastId = '0'] = last.split('-');
  const isNext = generation === lastGeneration ? id === Number(lastId) + 1 : id <= 1;
  promise(last === '' || isNext, 'the feed leaves nothing out', () => [last, generation, id]);
  return `${generation}-${id}`;
}

/** Whole events, and the beginning of one that is still on its way. */
function splitAtEnd(text: string): [string, string] {
  const end = text.lastIndexOf('\n\n') + 1;
  return [text.slice(0, end), text.slice(end)];
}
