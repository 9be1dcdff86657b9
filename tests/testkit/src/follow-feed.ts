import { onTestFinished } from 'vitest';
import type { ServerClient } from './server-client.ts';
import type { CleanUp } from './temporary-directory.ts';

export interface FeedEvent {
  readonly id: string;
  readonly event: string;
  /** The audit entry; without members for a reset. */
  readonly data: { readonly id?: number; readonly request_id?: string };
}

export interface FollowedFeed {
  readonly status: number;
  /** What came so far. */
  readonly events: readonly FeedEvent[];
  /** Fulfils when the server has ended the feed (`true`) or the connection broke (`false`). */
  readonly ended: Promise<boolean>;
  leave(): void;
}

/** Follows the audit as a client of server-sent events does. */
export async function followFeed(
  server: Pick<ServerClient, 'request'>,
  lastEventId = '',
  cleanUp: CleanUp = onTestFinished,
): Promise<FollowedFeed> {
  const leaving = new AbortController();
  cleanUp(() => leaving.abort());
  const response = await server.request('/v1/audit', {
    headers: { Accept: 'text/event-stream', 'Last-Event-ID': lastEventId },
    signal: leaving.signal,
  });
  const events: FeedEvent[] = [];
  const ended = readEvents(response, events).then(
    () => true,
    () => false,
  );
  return { status: response.status, events, ended, leave: () => leaving.abort() };
}

async function readEvents({ body }: Response, events: FeedEvent[]): Promise<void> {
  let rest = '';
  for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (rest + text).split('\n\n');
    // What is not complete yet: when nothing follows, it never was an event.
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, id = '', event = '', data = ''] =
        /^id: (.*)\nevent: (.*)\ndata: (.*)$/.exec(block) ?? [];
      if (id !== '') events.push({ id, event, data: JSON.parse(data) });
    }
  }
}
