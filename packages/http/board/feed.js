/** Without a sign of life for so long the connection is given up. Heartbeats come each 15 s. */
const SILENCE_MS = 60_000;

/**
 * Follows the audit from now on. EventSource can't send a token, so the stream is read by fetch. A
 * hidden tab lets go of its connection, of which a browser has six for a server. Whatever happened
 * in a pause is for `onOpen` to read.
 * @param {import('./api.js').Api} api
 * @param {{ onOpen(): void, onEntry(entry: import('./api.js').AuditEntry): void, onReset(): void, onState(state: 'live' | 'offline' | 'paused'): void }} options
 * @returns a function that ends it
 */
export function followAudit(api, { onOpen, onEntry, onReset, onState }) {
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
      onOpen();
      let rest = '';
      for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
        clearTimeout(watchdog);
        watchdog = setTimeout(() => controller.abort(), SILENCE_MS);
        const blocks = (rest + text).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          const [, event] = /^event: ?(.*)$/m.exec(block) ?? [];
          const [, data] = /^data: ?(.*)$/m.exec(block) ?? [];
          if (event === 'reset') onReset();
          else if (data) onEntry(JSON.parse(data));
        }
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
      const pause = Math.min(10_000, 500 * 2 ** failures++);
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
