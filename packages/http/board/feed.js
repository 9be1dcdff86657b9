/** Without a sign of life for so long the connection is given up. Heartbeats come each 15 s. */
const SILENCE_MS = 60_000;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Follows the audit from now on. EventSource can't send a token, so the stream is read by fetch. A
 * hidden tab lets go of its connection, of which a browser has six for a server.
 * @param {Api} api
 * @param {() => void} onNews is called for changes, and for those that a pause may have hidden
 * @param {(state: 'live' | 'offline' | 'paused') => void} onState
 * @returns a function that ends it
 */
export function followAudit(api, onNews, onState) {
  let controller = new AbortController();
  let isStopped = false;
  let failures = 0;

  async function readFeed() {
    controller = new AbortController();
    const { signal } = controller;
    let watchdog = setTimeout(() => controller.abort(), SILENCE_MS);
    try {
      const headers = { Accept: 'text/event-stream' };
      const response = await api.request('v1/audit?after=end', { headers, signal });
      if (!response.body) return;
      failures = 0;
      onState('live');
      onNews();
      for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
        clearTimeout(watchdog);
        watchdog = setTimeout(() => controller.abort(), SILENCE_MS);
        const isHeartbeat = /^(:.*\n|\n)*$/.test(text);
        if (!isHeartbeat) onNews();
      }
    } catch {
      // The server or the network is gone: it is tried again.
    } finally {
      clearTimeout(watchdog);
    }
  }

  async function run() {
    while (!isStopped) {
      if (document.hidden) {
        onState('paused');
        await new Promise((resolve) =>
          document.addEventListener('visibilitychange', resolve, { once: true }),
        );
        continue;
      }
      await readFeed();
      if (isStopped || document.hidden) continue;
      onState('offline');
      const pause = Math.min(LONGEST_PAUSE_MS, 500 * 2 ** failures++);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  const letGo = () => document.hidden && controller.abort();
  document.addEventListener('visibilitychange', letGo);
  void run();
  return function stop() {
    isStopped = true;
    document.removeEventListener('visibilitychange', letGo);
    controller.abort();
  };
}
