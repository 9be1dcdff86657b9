import { resolve } from 'node:path';
import { APPROVAL_RULES } from '@parts/core';
import { z } from 'zod';
import {
  bearerToken,
  integer,
  milliseconds,
  onOrOff,
  origins,
  pattern,
  postgresUrl,
  reasonedChanges,
  webhookSecret,
  webhookUrl,
} from './config-values.ts';

/** Used when no token is configured; the start logs a warning then. */
export const DEVELOPMENT_TOKEN = 'dev-token';

/** Every variable that is read, with its default. docs/configuration.md describes them. */
const variables = z.object({
  /** 0 takes any free port. */
  PORT: integer(0, 65_535).default(8080),
  /** Unset: every address, IPv4 and IPv6. */
  HOST: z.string().optional(),
  /** The file of SQLite. Unset, and without DATABASE_URL: ./data.db. */
  DATABASE_PATH: z.string().optional(),
  /** PostgreSQL instead of a file. It may hold a password: it is never logged. */
  DATABASE_URL: postgresUrl.optional(),
  /** Whether a new database, and one after a reset, has parts to try the service with. */
  SEED: onOrOff.default('on'),
  /** What the number of a new part must match as a whole. Unset: any number. */
  PART_NUMBER_PATTERN: pattern.optional(),
  AUTH_TOKEN: bearerToken.optional(),
  /** Named tokens with roles. Unset: AUTH_TOKEN alone is let in. */
  TOKENS_FILE: z.string().optional(),
  APPROVAL: z.enum(APPROVAL_RULES, { error: 'must be open or four-eyes' }).default('open'),
  REASON_REQUIRED: reasonedChanges.optional(),
  /** Between two log lines with the digest of the audit. Unset: none. */
  AUDIT_DIGEST_HOURS: integer(1, 168).optional(),
  /** The origins of pages elsewhere that may use /v1. Unset: none. */
  CORS_ORIGINS: origins.optional(),
  /** Unset: on, but off with TOKENS_FILE. */
  DEBUG_ENDPOINTS: onOrOff.optional(),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'must be one of trace, debug, info, warn, error, fatal, silent',
    })
    .default('info'),

  /** How long an idempotency key is remembered. */
  IDEMPOTENCY_TTL_HOURS: integer(1, 8760).default(24),
  /** Requests a second below /v1. Unset: no limit. */
  RATE_LIMIT: integer(1, 1_000_000).optional(),
  /** Requests that may come at once after a pause. Unset: as many as RATE_LIMIT. */
  RATE_LIMIT_BURST: integer(1, 1_000_000).optional(),
  /** Live feeds of the audit that may be open at a time. */
  MAX_FEEDS: integer(1, 100_000).default(1000),
  /** Between two signs of life on a quiet feed. Shorter than the 60 s after which common proxies hang up. */
  FEED_HEARTBEAT_MS: milliseconds.default(15_000),

  /** Whether committed status changes are handled in the background. */
  EVENTS: onOrOff.default('off'),
  /** How long the simulated handling of an event takes. */
  EVENTS_DELAY_MS: integer(0, 3_600_000).default(0),
  /** Where each event is posted to, instead of the simulation. */
  EVENTS_WEBHOOK_URL: webhookUrl.optional(),
  EVENTS_WEBHOOK_SECRET: webhookSecret.optional(),

  /** From the first byte to the end of the headers. A client that needs longer is broken or hostile. */
  HEADERS_TIMEOUT_MS: milliseconds.default(10_000),
  /** The whole request: room for 64 KiB over a bad line. */
  REQUEST_TIMEOUT_MS: milliseconds.default(30_000),
  /**
   * Between two requests. Longer than the 60 s after which common proxies let go of an
   * idle connection: were we first, a proxy would send a request into a closed socket.
   */
  KEEP_ALIVE_TIMEOUT_MS: milliseconds.default(65_000),
  /** A connection on which nothing moves at all. The longest, since the others tell more. */
  IDLE_TIMEOUT_MS: milliseconds.default(120_000),
  /** A write that waits for another process or for the writes before it. Shorter than the 10 s after which many clients give up. */
  LOCK_TIMEOUT_MS: milliseconds.default(5_000),
  /** From the signal to a forced end. Shorter than the 10 s after which process managers kill. */
  SHUTDOWN_TIMEOUT_MS: milliseconds.default(8_000),
});

const configSchema = variables
  .refine(({ DATABASE_PATH, DATABASE_URL }) => !DATABASE_PATH || !DATABASE_URL, {
    path: ['DATABASE_URL'],
    error: 'must not be set when DATABASE_PATH is: the parts are in a file or in PostgreSQL',
  })
  .refine(
    ({ EVENTS_WEBHOOK_URL, EVENTS_WEBHOOK_SECRET }) => !EVENTS_WEBHOOK_URL || EVENTS_WEBHOOK_SECRET,
    {
      path: ['EVENTS_WEBHOOK_SECRET'],
      error: 'must be set when EVENTS_WEBHOOK_URL is: receivers check the signature',
    },
  )
  .refine(({ TOKENS_FILE, AUTH_TOKEN }) => !TOKENS_FILE || !AUTH_TOKEN, {
    path: ['AUTH_TOKEN'],
    error: 'must not be set when TOKENS_FILE is: the audit would not know its name',
  })
  .refine(({ TOKENS_FILE, APPROVAL }) => TOKENS_FILE || APPROVAL === 'open', {
    path: ['APPROVAL'],
    error: 'must be open unless TOKENS_FILE is set: people are told apart by their tokens',
  })
  .transform(({ AUTH_TOKEN, DATABASE_PATH, DEBUG_ENDPOINTS, ...set }) => ({
    ...set,
    DATABASE_PATH: DATABASE_PATH ?? './data.db',
    // Without a file of tokens there is always a token.
    AUTH_TOKEN: AUTH_TOKEN ?? DEVELOPMENT_TOKEN,
    DEBUG_ENDPOINTS: DEBUG_ENDPOINTS ?? (set.TOKENS_FILE === undefined ? 'on' : 'off'),
  }));

export type Config = Readonly<z.output<typeof configSchema>>;

/** The environment can't be used. The message names every bad variable and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * The directory in which the user typed the command: package managers change the working directory
 * and leave the original one in `INIT_CWD`, which others may have set without them.
 */
export function typedIn(env: NodeJS.ProcessEnv, workingDirectory: string): string {
  const original = env['npm_lifecycle_event'] ? env['INIT_CWD'] : undefined;
  return original || workingDirectory;
}

/**
 * Reads the configuration; an empty variable counts as unset. Relative paths begin where the
 * command was typed.
 *
 * @throws ConfigError
 */
export function readConfig(env: NodeJS.ProcessEnv, workingDirectory: string): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = configSchema.safeParse(set);
  if (!result.success) {
    const lines = result.error.issues.map(({ path, message }) => `  ${path.join('.')} ${message}`);
    throw new ConfigError(`bad configuration\n${lines.join('\n')}`);
  }
  const base = typedIn(env, workingDirectory);
  const { DATABASE_PATH, TOKENS_FILE, ...others } = result.data;
  return {
    ...others,
    DATABASE_PATH: resolve(base, DATABASE_PATH),
    TOKENS_FILE: TOKENS_FILE && resolve(base, TOKENS_FILE),
  };
}
