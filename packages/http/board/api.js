/** An answer that takes so long does not come. */
const ANSWER_MS = 20_000;

/** For a change whose answer was lost: as far back it is looked for. */
const DAY_MS = 86_400_000;

/** The API's own text. @param {ProblemBody} problem */
export const textOf = ({ title, detail }) => [title, detail].filter(Boolean).join(': ');

/** The API refuses. People read the message. */
export class Problem extends Error {
  /** @param {ProblemBody} body */
  constructor(body) {
    super(textOf(body));
    this.body = body;
  }
}

/** @param {unknown} error */
export const messageOf = (error) =>
  error instanceof Problem ? `${error.message}.` : 'The server can’t be reached.';

/** 128 random bits. crypto.randomUUID is missing on plain http in a local network. */
const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');

/**
 * Requests with a token. Their paths are relative to the page, so that a prefix in front of it works.
 * @param {string} token
 * @param {(problem: Problem) => void} onUnauthorized is told when the token is not let in
 */
export function createApi(token, onUnauthorized) {
  /** The keys of the changes that have not succeeded: one that is sent again counts once. @type {Map<string, string>} */
  const keys = new Map();

  /** @param {string} path @param {RequestInit} [init] */
  async function request(path, init = {}) {
    const headers = { Authorization: `Bearer ${token}`, ...init.headers };
    const signal = init.signal ?? AbortSignal.timeout(ANSWER_MS);
    const response = await fetch(path, { ...init, headers, signal });
    if (response.ok) return response;
    const title = `The server answered ${response.status}`;
    const problem = new Problem(
      await response.json().catch(() => ({ title, detail: '', code: '' })),
    );
    if (response.status === 401) onUnauthorized(problem);
    throw problem;
  }

  /** @param {string} path @param {AbortSignal} [signal] */
  const get = async (path, signal) => (await request(path, signal && { signal })).json();

  /** A list page by page. @param {string} path @param {AbortSignal} [signal] */
  async function* readPages(path, signal) {
    for (let query = path.split('?')[1]; query; ) {
      const response = await request(`${path.split('?')[0]}?${query}`, signal && { signal });
      const items = await response.json();
      query = /\?([^>]*)>; rel="next"/.exec(response.headers.get('Link') ?? '')?.[1];
      yield { items, isLast: !query };
    }
  }

  /** Finds the part that a request created whose answer was lost. @param {string} requestId */
  async function findCreated(requestId) {
    const since = new Date(Date.now() - DAY_MS).toISOString();
    for await (const { items } of readPages(
      `v1/audit?limit=1000&kind=part_created&since=${since}`,
    )) {
      const entry = items.find(
        (/** @type {AuditEntry} */ { request_id }) => request_id === requestId,
      );
      if (entry) return get(`v1/parts/${entry.part_id}`);
    }
  }

  return {
    request,
    get,
    readPages,

    /**
     * @param {'POST' | 'PATCH'} method @param {string} path @param {object} body
     * @param {number} [version] the one that was seen
     * @returns {Promise<Part>}
     */
    async send(method, path, body, version) {
      const change = JSON.stringify([method, path, body, version]);
      const earlier = keys.get(change);
      const key = earlier ?? newKey();
      keys.set(change, key);
      const headers = {
        'Content-Type': 'application/json',
        'Idempotency-Key': key,
        'X-Request-Id': key,
        ...(version && { 'If-Match': `"${version}"` }),
      };
      // A creation knows no such key, but the audit has the id of the request.
      const created = earlier && method === 'POST' ? await findCreated(earlier) : undefined;
      const part =
        created ??
        (await (await request(path, { method, headers, body: JSON.stringify(body) })).json());
      keys.delete(change);
      return part;
    },
  };
}
