import fc from 'fast-check';
import { BODIES, HEADER_LINES, METHODS, TARGETS, TOKENS, VERSIONS } from './nasty-values.ts';

/** A request that may be none, as parts that are put together. */
interface Draft {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly isChunked: boolean;
}

/** Damage of the bytes of a request, at a place from 0 to 1. */
type Damage = (bytes: Buffer, place: number) => Buffer;

const splice =
  (inserted: Buffer, removed = 0): Damage =>
  (bytes, place) => {
    const at = Math.floor(place * bytes.length);
    return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + removed)]);
  };

const damages: fc.Arbitrary<Damage> = fc.oneof(
  fc.constantFrom(...TOKENS).map((token) => splice(Buffer.from(token, 'latin1'))),
  fc.uint8Array({ minLength: 1, maxLength: 20 }).map((bytes) => splice(Buffer.from(bytes))),
  fc.integer({ min: 1, max: 40 }).map((removed) => splice(Buffer.alloc(0), removed)),
  fc.nat(255).map((byte) => splice(Buffer.from([byte]), 1)),
  fc.constant((bytes: Buffer, place: number) => bytes.subarray(0, place * bytes.length)),
  fc.integer({ min: 1, max: 40 }).map(
    (length): Damage =>
      (bytes, place) => {
        const at = Math.floor(place * bytes.length);
        return splice(bytes.subarray(at, at + length))(bytes, place);
      },
  ),
);

/** Mostly what a client would send, sometimes what programs have stumbled over. */
function mostly<T>(usual: readonly T[], nasty: readonly T[]): fc.Arbitrary<T> {
  const arbitrary = fc.constantFrom(...usual);
  return fc.oneof({ arbitrary, weight: 3 }, fc.constantFrom(...nasty));
}

/** Requests of which most are invalid and a few are not; shrinks to the fewest oddities. */
export function hostileRequests(token: string): fc.Arbitrary<Buffer> {
  const drafts: fc.Arbitrary<Draft> = fc.record({
    method: mostly(['PATCH', 'GET'], METHODS),
    target: mostly(['/v1/parts/1/status', '/v1/parts', '/v1/parts/2', '/healthz'], TARGETS),
    version: mostly(['HTTP/1.1'], VERSIONS),
    headers: fc.oneof(
      { arbitrary: fc.constant([]), weight: 2 },
      fc.array(fc.constantFrom(...HEADER_LINES), { maxLength: 3 }),
    ),
    body: mostly<string | Buffer>(['{"status":"In Review"}', ''], BODIES).map((body) =>
      Buffer.from(body as Buffer),
    ),
    isChunked: fc.boolean(),
  });
  const damaged = fc.array(fc.tuple(damages, fc.double({ min: 0, max: 1, noNaN: true })), {
    maxLength: 2,
  });
  return fc
    .tuple(drafts, damaged)
    .map(([draft, damage]) =>
      damage.reduce((bytes, [change, place]) => change(bytes, place), serialize(draft, token)),
    );
}

function serialize(draft: Draft, token: string): Buffer {
  const { method, target, version, headers, body, isChunked } = draft;
  const names = new Set(headers.map((line) => line.split(':', 1)[0]?.toLowerCase()));
  const usual = ['Host: localhost', `Authorization: Bearer ${token}`].filter(
    (line) => !names.has(line.split(':', 1)[0]?.toLowerCase()),
  );
  const isFramed = names.has('content-length') || names.has('transfer-encoding');
  const framing = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`;
  const lines = [`${method} ${target} ${version}`, ...usual, ...headers];
  if (!isFramed && body.length > 0) lines.push(framing);
  const chunked = isChunked && body.length > 0;
  return Buffer.concat([
    Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'),
    Buffer.from(chunked ? `${body.length.toString(16)}\r\n` : ''),
    body,
    Buffer.from(chunked ? '\r\n0\r\n\r\n' : ''),
  ]);
}
