import { describe, expect, test } from 'vitest';
import { parseTokens, TokensFileError } from './parse-tokens.ts';

const SHA256 = 'ab'.repeat(32);
const ADA = { name: 'ada', role: 'approver', sha256: SHA256 };

const parse = (content: unknown) => parseTokens('/etc/tokens.json', JSON.stringify(content));

function readError(text: string): string {
  try {
    parseTokens('/etc/tokens.json', text);
  } catch (error) {
    if (error instanceof TokensFileError) return error.message;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

describe('a file of tokens may have', () => {
  test.for([
    ['no token', []],
    ['one', [ADA]],
    ['two of one name', [ADA, { ...ADA, sha256: 'cd'.repeat(32) }]],
    ['two roles of one name', [ADA, { ...ADA, role: 'reader', sha256: 'cd'.repeat(32) }]],
    ['names with marks', [{ ...ADA, name: 'zoë.müller+x@b-1_2' }]],
  ] as const)('%s', ([, content]) => {
    expect(parse(content)).toEqual(content);
  });

  test('upper-case digests, which are the same', () => {
    expect(parse([{ ...ADA, sha256: SHA256.toUpperCase() }])).toEqual([ADA]);
  });

  test.for([
    ['2027-01-31', '2027-02-01T00:00:00.000Z'],
    ['2027-01-31T18:00:00Z', '2027-01-31T18:00:00.000Z'],
    ['2027-01-31T18:00:00+02:00', '2027-01-31T16:00:00.000Z'],
  ] as const)('the expiry %s: the token is refused from %s on', ([expires, from]) => {
    expect(parse([{ ...ADA, expires }])).toEqual([{ ...ADA, expires: Date.parse(from) }]);
  });
});

describe('a file of tokens is refused with the reason:', () => {
  const notAnArray = 'the file must be a JSON array of tokens';

  test.for(['', ' ', '{', '{}', 'null', '"x"', '3', '[', `[${JSON.stringify(ADA)},]`])(
    '%s is no list',
    (text) => {
      expect(readError(text)).toBe(`/etc/tokens.json can't be used\n  ${notAnArray}`);
    },
  );

  const name = 'entry 2: name must have 1 to 64 letters, digits and characters of ._@+-';
  const role = 'entry 2 (bob): role must be one of reader, editor, approver';
  const digest = 'entry 2 (bob): sha256 must be the SHA-256 of the token';
  const expires = 'entry 2 (bob): expires must be a day such as "2027-01-31" or a time such as';
  const BOB = { name: 'bob', role: 'reader', sha256: 'cd'.repeat(32) };

  test.for([
    [null, 'entry 2 must be an object such as {"name":"ada"'],
    ['x', 'entry 2 must be an object'],
    [[], 'entry 2 must be an object'],
    [{ ...BOB, name: undefined }, 'entry 2: name must be a text of 1 to 64 letters'],
    [{ ...BOB, name: null }, 'entry 2: name must be a text'],
    [{ ...BOB, name: 1 }, 'entry 2: name must be a text'],
    [{ ...BOB, name: '' }, name],
    [{ ...BOB, name: 'a b' }, name],
    [{ ...BOB, name: 'a\u0000' }, name],
    [{ ...BOB, name: 'a\u202eb' }, name],
    [{ ...BOB, name: 'a\u0308' }, name],
    [{ ...BOB, name: 'x'.repeat(65) }, name],
    [{ ...BOB, role: undefined }, role],
    [{ ...BOB, role: '' }, role],
    [{ ...BOB, role: 'Reader' }, role],
    [{ ...BOB, role: 'admin' }, role],
    [{ ...BOB, role: ['reader'] }, role],
    [{ ...BOB, sha256: undefined }, digest],
    [{ ...BOB, sha256: 'pt_secret' }, digest],
    [{ ...BOB, sha256: 'g'.repeat(64) }, digest],
    [{ ...BOB, sha256: 'a'.repeat(63) }, digest],
    [{ ...BOB, sha256: 'a'.repeat(65) }, digest],
    [{ ...BOB, expires: '' }, expires],
    [{ ...BOB, expires: null }, expires],
    [{ ...BOB, expires: 1_800_000_000 }, expires],
    [{ ...BOB, expires: '2027-02-30' }, expires],
    [{ ...BOB, expires: '31.01.2027' }, expires],
    [{ ...BOB, expires: '2027-01-31T18:00:00' }, expires],
    [{ ...BOB, token: 'pt_secret' }, 'entry 2 (bob) may have name, role, sha256 and expires alone'],
    [{ ...BOB, sha256: SHA256 }, 'entry 2 (bob): sha256 must differ from that of entry 1'],
    [{ ...BOB, name: 'Ada' }, 'entry 2 (Ada): name must not differ from ada in case alone'],
  ] as const)('%j: %s', ([entry, expected]) => {
    const message = readError(JSON.stringify([ADA, entry]));
    expect(message).toContain(`/etc/tokens.json can't be used\n  ${expected}`);
    expect(message).not.toContain('pt_secret');
  });

  test('more tokens than 10,000', () => {
    const many = Array.from({ length: 10_001 }, (_, i) => ({
      ...ADA,
      sha256: i.toString(16).padStart(64, '0'),
    }));
    expect(readError(JSON.stringify(many))).toContain('the file may have up to 10000 tokens');
  });

  test('all faults at once', () => {
    expect(readError('[{"name":"x"},{"role":"reader"}]').split('\n  ')).toHaveLength(5);
  });
});
