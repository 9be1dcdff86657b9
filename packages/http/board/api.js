/** @typedef {import('@parts/core').Part} Part */
/** @typedef {import('@parts/core').AuditEntry} AuditEntry */
/** @typedef {{ name: string | null, role: string, approval: string, reason_required: string[] }} Session */
/** @typedef {{ line: number, column?: string, detail: string }} RowError */
/** @typedef {{ title: string, detail: string, code: string, part_id?: number, errors?: RowError[] }} ProblemBody */
/** @typedef {{ action: string, refusal: ProblemBody | null, reason_required?: boolean }} Action */

/** The API's own text. @param {ProblemBody} problem */
export const textOf = ({ title, detail }) => [title, detail].filter(Boolean).join(': ');

/** The API refuses. People read the message, which is the API's own text. */
export class Problem extends Error {
  /** @param {number} status @param {ProblemBody} body */
  constructor(status, body) {
    super(textOf(body));
    this.status = status;
    this.body = body;
  }
}

/** @param {unknown} error */
export const messageOf = (error) =>
  error instanceof Problem ? `${error.message}.` : 'The server can’t be reached.';

/** 128 random bits. crypto.randomUUID is missing on plain http in a local network. */
export const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');

/**
 * Requests with a token. Their paths are relative to the page, so that a prefix in front of it works.
 * @param {string} token
 * @param {(problem: Problem) => void} onUnauthorized is told when the token is not let in
 */
export function createApi(token, onUnauthorized) {
  /** @param {string} path @param {RequestInit} [init] */
  async function request(path, init = {}) {
    const headers = { Authorization: `Bearer ${token}`, ...init.headers };
    const signal = init.signal ?? AbortSignal.timeout(20_000);
    const response = await fetch(path, { ...init, headers, signal });
    if (response.ok) return response;
    const title = `The server answered ${response.status}`;
    const body = await response.json().catch(() => ({ title, detail: '', code: '' }));
    const problem = new Problem(response.status, body);
    if (response.status === 401) onUnauthorized(problem);
    throw problem;
  }

  return {
    request,

    /** @param {string} path @param {AbortSignal} [signal] */
    get: async (path, signal) => (await request(path, signal && { signal })).json(),

    /**
     * @param {string} method @param {string} path @param {object} body
     * @param {{ version?: number, key?: string }} [options] the version that was seen, and the key that makes a retry count once
     */
    async send(method, path, body, { version, key } = {}) {
      const headers = {
        'Content-Type': 'application/json',
        ...(version && { 'If-Match': `"${version}"` }),
        ...(key && { 'Idempotency-Key': key }),
      };
      return (await request(path, { method, headers, body: JSON.stringify(body) })).json();
    },
  };
}

/** @typedef {ReturnType<typeof createApi>} Api */

/** Where the API names no limit: the longest text that it takes anywhere. */
const DEFAULT_MAX = 2000;

/**
 * What the API says about itself, so that nothing of it is written here a second time.
 * @param {any} document the API document, as JSON
 */
export function describeApi(document) {
  const resolve = (/** @type {any} */ schema) =>
    schema?.$ref ? document.components.schemas[schema.$ref.split('/').at(-1)] : schema;

  return {
    /** @type {string[]} */
    statuses: document.components.schemas.PartStatus.enum,
    /** The most characters of a field. @param {string} method @param {string} path @param {string} field */
    maxLength(method, path, field) {
      const body = document.paths[path]?.[method]?.requestBody?.content['application/json'].schema;
      const schema = resolve(resolve(body)?.properties?.[field]);
      const schemas = [schema, ...(schema?.anyOf ?? []), ...(schema?.allOf ?? [])];
      return schemas.find((each) => each?.maxLength)?.maxLength ?? DEFAULT_MAX;
    },
  };
}
