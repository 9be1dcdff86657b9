import type { Random } from '../random.ts';
import { BODIES, HEADER_LINES, METHODS, TARGETS, TOKENS, VERSIONS } from './nasty-values.ts';

/** A request that may be none. */
interface Draft {
  method: string;
  target: string;
  version: string;
  readonly headers: string[];
  body: Buffer;
  isChunked: boolean;
}

/** Builds a request and damages it: most come out invalid, a few don't. */
export function createMutatedRequest(token: string, random: Random): Buffer {
  const draft = createDraft(token, random);
  for (let count = random.integer(0, 3); count > 0; count--)
    random.pick(DRAFT_MUTATIONS)(draft, random);
  let bytes = serialize(draft);
  for (let count = random.integer(0, 2); count > 0; count--)
    bytes = random.pick(BYTE_MUTATIONS)(bytes, random);
  return bytes;
}

function createDraft(token: string, random: Random): Draft {
  const isPatch = random.chance(0.5);
  const id = random.integer(1, 12);
  return {
    method: isPatch ? 'PATCH' : 'GET',
    target: isPatch
      ? `/v1/parts/${id}/status`
      : random.pick(['/v1/parts', `/v1/parts/${id}`, '/healthz']),
    version: 'HTTP/1.1',
    headers: ['Host: localhost', `Authorization: Bearer ${token}`],
    body: Buffer.from(isPatch ? '{"status":"In Review"}' : ''),
    isChunked: random.chance(0.2),
  };
}

type DraftMutation = (draft: Draft, random: Random) => void;

const DRAFT_MUTATIONS: readonly DraftMutation[] = [
  (draft, random) => {
    draft.method = random.pick(METHODS);
  },
  (draft, random) => {
    draft.target = random.pick(TARGETS);
  },
  (draft, random) => {
    draft.version = random.pick(VERSIONS);
  },
  (draft, random) => {
    draft.body = Buffer.from(random.pick(BODIES));
  },
  (draft, random) => {
    draft.headers.push(random.pick(HEADER_LINES));
  },
  (draft, random) => {
    const line = random.pick(HEADER_LINES);
    const name = line.split(':', 1)[0]?.toLowerCase() ?? '';
    const at = draft.headers.findIndex((header) => header.toLowerCase().startsWith(`${name}:`));
    draft.headers.splice(at < 0 ? draft.headers.length : at, 1, line);
  },
  (draft, random) => {
    draft.headers.splice(random.integer(0, draft.headers.length), 1);
  },
];

function serialize({ method, target, version, headers, body, isChunked }: Draft): Buffer {
  const framed = headers.some((line) => /^(content-length|transfer-encoding)/i.test(line));
  const framing = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`;
  const lines = [`${method} ${target} ${version}`, ...headers];
  if (!framed && body.length > 0) lines.push(framing);
  const chunked = isChunked && body.length > 0;
  return Buffer.concat([
    Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'),
    Buffer.from(chunked ? `${body.length.toString(16)}\r\n` : ''),
    body,
    Buffer.from(chunked ? '\r\n0\r\n\r\n' : ''),
  ]);
}

type ByteMutation = (bytes: Buffer, random: Random) => Buffer;

const BYTE_MUTATIONS: readonly ByteMutation[] = [
  (bytes, random) => {
    const flipped = Buffer.from(bytes);
    const at = random.integer(0, bytes.length);
    if (at < bytes.length) flipped[at] = random.integer(0, 255);
    return flipped;
  },
  (bytes, random) => bytes.subarray(0, random.integer(0, bytes.length)),
  (bytes, random) => {
    const [from, to] = cut(bytes, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (bytes, random) => {
    const [from, to] = cut(bytes, random);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  (bytes, random) => insert(bytes, Buffer.from(random.pick(TOKENS), 'latin1'), random),
  (bytes, random) => insert(bytes, random.bytes(random.integer(1, 20)), random),
];

/** Two places, near each other, in order. */
function cut(bytes: Buffer, random: Random): [number, number] {
  const from = random.integer(0, bytes.length);
  return [from, Math.min(bytes.length, from + random.integer(1, 40))];
}

function insert(bytes: Buffer, inserted: Buffer, random: Random): Buffer {
  const at = random.integer(0, bytes.length);
  return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)]);
}
