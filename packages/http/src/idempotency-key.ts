import { RequestError } from './request-error.ts';

const PRINTABLE = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/**
 * The key of an `Idempotency-Key` header, which may be bare, as Stripe has it, or quoted,
 * as the IETF draft (draft-ietf-httpapi-idempotency-key-header-07) has it: the same key.
 *
 * @throws RequestError `invalid_header`
 */
export function parseIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = header.startsWith('"') ? unquote(header) : header;
  if (key !== undefined && PRINTABLE.test(key)) return key;
  throw new RequestError(
    'invalid_header',
    'Idempotency-Key must be 1 to 255 printable ASCII characters, bare or in double quotes',
  );
}

/** A string of structured fields (RFC 9651, section 3.3.3). */
function unquote(text: string): string | undefined {
  const inner = /^"((?:[^"\\]|\\["\\])*)"$/.exec(text)?.[1];
  return inner?.replaceAll(/\\(["\\])/g, '$1');
}
