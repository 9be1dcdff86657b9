import type { Server, ServerResponse } from 'node:http';

/** The responses that are live feeds and open now. A feed has no end of its own. */
export function trackFeeds(server: Server): ReadonlySet<ServerResponse> {
  const feeds = new Set<ServerResponse>();
  server.on('request', (request, response: ServerResponse) => {
    if (!request.headers.accept?.includes('text/event-stream')) return;
    feeds.add(response);
    response.once('close', () => feeds.delete(response));
  });
  return feeds;
}
