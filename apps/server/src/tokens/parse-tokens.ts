import { ACTOR_NAME_RULE, isActorName, ROLES } from '@parts/http';
import { z } from 'zod';

/** The file of tokens can't be used. The message names the file, the entry and what is allowed, and never a digest. */
export class TokensFileError extends Error {
  override readonly name = 'TokensFileError';
}

const MAX_TOKENS = 10_000;

const daySchema = z.iso.date();
const timeSchema = z.iso.datetime({ offset: true });

/** The moment from which a token is refused, in milliseconds since 1970. A day counts to its end, in UTC. */
const expirySchema = z
  .union([daySchema, timeSchema], {
    error: 'must be a day such as "2027-01-31" or a time such as "2027-01-31T18:00:00Z"',
  })
  .transform((text) => Date.parse(text) + (daySchema.safeParse(text).success ? 86_400_000 : 0));

const tokenSchema = z.strictObject(
  {
    name: z
      .string({ error: `must be a text of ${ACTOR_NAME_RULE}` })
      .refine(isActorName, { error: `must have ${ACTOR_NAME_RULE}` }),
    role: z.enum(ROLES, { error: `must be one of ${ROLES.join(', ')}` }),
    sha256: z
      .string({ error: 'must be the SHA-256 of the token' })
      .regex(/^[0-9a-f]{64}$/i, { error: 'must be the SHA-256 of the token, 64 hex digits' })
      .toLowerCase(),
    expires: expirySchema.optional(),
  },
  {
    error: ({ code }) =>
      code === 'unrecognized_keys'
        ? 'may have name, role, sha256 and expires alone'
        : 'must be an object such as {"name":"ada","role":"approver","sha256":"…"}',
  },
);

export type TokenEntry = Readonly<z.output<typeof tokenSchema>>;

const fileSchema = z
  .array(tokenSchema, { error: 'the file must be a JSON array of tokens' })
  .max(MAX_TOKENS, { error: `the file may have up to ${MAX_TOKENS} tokens` });

/**
 * @param path for the message
 * @throws TokensFileError that names every bad entry, counted from 1, and what is allowed
 */
export function parseTokens(path: string, text: string): readonly TokenEntry[] {
  const json = parseJson(text);
  const result = fileSchema.safeParse(json);
  const faults = result.success
    ? findDoubles(result.data)
    : result.error.issues.map(({ path, message }) => locate(json, path) + message);
  if (result.success && faults.length === 0) return result.data;
  throw new TokensFileError([`${path} can't be used`, ...faults].join('\n  '));
}

/** Undefined for what is no JSON: the message of the parser would repeat what the file has. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Which entry, with its name where it has one, and which member. */
function locate(json: unknown, [index, member]: readonly PropertyKey[]): string {
  if (typeof index !== 'number') return '';
  const entry: unknown = Array.isArray(json) ? json[index] : undefined;
  const name = z.object({ name: z.string().refine(isActorName) }).safeParse(entry).data?.name;
  const what = `entry ${index + 1}${name === undefined ? '' : ` (${name})`}`;
  return member === undefined ? `${what} ` : `${what}: ${String(member)} `;
}

function findDoubles(entries: readonly TokenEntry[]): string[] {
  const bySha256 = new Map<string, number>();
  const byName = new Map<string, string>();
  return entries.flatMap(({ name, sha256 }, index) => {
    const what = `entry ${index + 1} (${name})`;
    const other = bySha256.get(sha256) ?? index + 1;
    bySha256.set(sha256, other);
    const known = byName.get(name.toLowerCase()) ?? name;
    byName.set(name.toLowerCase(), known);
    return [
      ...(other === index + 1 ? [] : [`${what}: sha256 must differ from that of entry ${other}`]),
      ...(known === name ? [] : [`${what}: name must not differ from ${known} in case alone`]),
    ];
  });
}
