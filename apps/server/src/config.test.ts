import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

const DEFAULTS = {
  PORT: 8080,
  DATABASE_PATH: '/typed/here/data.db',
  SEED: 'on',
  AUTH_TOKEN: 'dev-token',
  APPROVAL: 'open',
  DEBUG_ENDPOINTS: 'on',
  LOG_LEVEL: 'info',
  IDEMPOTENCY_TTL_HOURS: 24,
  MAX_FEEDS: 1000,
  FEED_HEARTBEAT_MS: 15_000,
  EVENTS: 'off',
  EVENTS_DELAY_MS: 0,
  HEADERS_TIMEOUT_MS: 10_000,
  REQUEST_TIMEOUT_MS: 30_000,
  KEEP_ALIVE_TIMEOUT_MS: 65_000,
  IDLE_TIMEOUT_MS: 120_000,
  LOCK_TIMEOUT_MS: 5_000,
  SHUTDOWN_TIMEOUT_MS: 8_000,
};

const read = (env: NodeJS.ProcessEnv) => readConfig(env, '/typed/here');

function readError(env: NodeJS.ProcessEnv): string {
  try {
    read(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error(`accepted: ${JSON.stringify(env)}`);
}

describe('an unset or empty variable', () => {
  test('has its default', () => {
    expect(read({})).toEqual(DEFAULTS);
  });

  test('may be empty as well, every single one', () => {
    const names = [...Object.keys(DEFAULTS), 'HOST', 'INIT_CWD', 'npm_lifecycle_event'];
    expect(read(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(DEFAULTS);
  });
});

describe('a relative database path', () => {
  test.each([
    ['the working directory', {}, '/typed/here/parts.db'],
    [
      'where a package manager was called',
      { INIT_CWD: '/elsewhere', npm_lifecycle_event: 'start' },
      '/elsewhere/parts.db',
    ],
    ['the working directory without one', { INIT_CWD: '/elsewhere' }, '/typed/here/parts.db'],
  ])('starts from %s', (_, env, expected) => {
    expect(read({ ...env, DATABASE_PATH: 'parts.db' }).DATABASE_PATH).toBe(expected);
  });

  test('is not what an absolute one is', () => {
    const env = {
      INIT_CWD: '/elsewhere',
      npm_lifecycle_event: 'start',
      DATABASE_PATH: '/var/parts.db',
    };
    expect(read(env).DATABASE_PATH).toBe('/var/parts.db');
  });
});

describe('what is allowed', () => {
  test.each([
    ['PORT', '0', 0],
    ['PORT', '65535', 65_535],
    ['HOST', '::1', '::1'],
    [
      'DATABASE_URL',
      'postgres://u:p%40@a:1,b/parts?sslmode=verify-full',
      expect.stringContaining('parts'),
    ],
    ['DATABASE_URL', 'postgresql://localhost/parts', expect.stringContaining('parts')],
    ['DEBUG_ENDPOINTS', 'off', 'off'],
    ['LOG_LEVEL', 'silent', 'silent'],
    [
      'CORS_ORIGINS',
      'https://a.example,http://localhost:5173',
      ['https://a.example', 'http://localhost:5173'],
    ],
    ['LOCK_TIMEOUT_MS', '1', 1],
    ['LOCK_TIMEOUT_MS', '86400000', 86_400_000],
    ['AUTH_TOKEN', '!:$@', '!:$@'],
    ['AUTH_TOKEN', 'with  spaces inside', 'with  spaces inside'],
    ['AUTH_TOKEN', 'Schlüssel-鍵', 'Schlüssel-鍵'],
    ['AUTH_TOKEN', 'x', 'x'],
    ['TOKENS_FILE', 'tokens.json', '/typed/here/tokens.json'],
    ['REASON_REQUIRED', 'Rejected', ['Rejected']],
    ['REASON_REQUIRED', 'In Review, edit,retire', ['In Review', 'edit', 'retire']],
    ['REASON_REQUIRED', 'all', ['Draft', 'In Review', 'Approved', 'Rejected', 'edit', 'retire']],
    ['AUDIT_DIGEST_HOURS', '168', 168],
  ])('includes %s=%s', (name, value, expected) => {
    expect(read({ [name]: value })).toHaveProperty(name, expected);
  });

  test.each([
    [
      'PORT',
      ['abc', '-1', '+1', '1.5', '1e3', '0x10', ' 80', '65536', '70000', '99999999999999999'],
    ],
    ['DATABASE_URL', ['parts.db', 'mysql://a/parts', 'postgres://', 'postgres://a b/parts']],
    ['LOG_LEVEL', ['loud', 'INFO']],
    [
      'CORS_ORIGINS',
      [
        '*',
        'null',
        'https://a.example/',
        'https://A.example',
        'https://a.example:443',
        'a.example',
        'https://a.example, https://b.example',
        'ftp://a.example',
        ',',
      ],
    ],
    ['DEBUG_ENDPOINTS', ['true', 'OFF']],
    ['AUTH_TOKEN', [' x', 'x ', ' ', 'a\tb', 'a\nb', 'a\u0000b', '\u007f']],
    ['APPROVAL', ['closed', 'Open', 'four eyes']],
    ['REASON_REQUIRED', ['none', 'rejected', 'Rejected,', 'all,edit', 'ALL', ',']],
    ['AUDIT_DIGEST_HOURS', ['0', '169', 'daily']],
    ['HEADERS_TIMEOUT_MS', ['0', '10s', '86400001']],
    ['REQUEST_TIMEOUT_MS', ['0', '-5']],
    ['KEEP_ALIVE_TIMEOUT_MS', ['0', 'never']],
    ['IDLE_TIMEOUT_MS', ['0', '1_000']],
    ['LOCK_TIMEOUT_MS', ['0', '٣']],
    ['SHUTDOWN_TIMEOUT_MS', ['0', 'Infinity']],
  ])('excludes, for %s, each of %j', (name, values) => {
    for (const value of values) {
      expect(readError({ [name]: value })).toMatch(
        new RegExp(`^bad configuration\n  ${name} must be [^\n]+$`),
      );
    }
  });
});

describe('the message about bad variables', () => {
  test('lists every one with what is allowed', () => {
    const env = {
      PORT: '70000',
      AUTH_TOKEN: ' ',
      DEBUG_ENDPOINTS: 'maybe',
      LOG_LEVEL: 'loud',
      LOCK_TIMEOUT_MS: 'soon',
    };
    expect(readError(env).split('\n')).toEqual([
      'bad configuration',
      '  PORT must be a whole number from 0 to 65535',
      '  AUTH_TOKEN must be printable characters, with spaces only between them',
      '  DEBUG_ENDPOINTS must be on or off',
      '  LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent',
      '  LOCK_TIMEOUT_MS must be a whole number from 1 to 86400000',
    ]);
  });

  test('does not repeat the password of the database', () => {
    const url = 'postgres://parts:secret@a/parts';
    expect(readError({ DATABASE_URL: `${url} ` })).not.toContain('secret');
    const both = readError({ DATABASE_URL: url, DATABASE_PATH: 'parts.db' });
    expect(both).toContain('DATABASE_URL must not be set when DATABASE_PATH is');
    expect(both).not.toContain('secret');
  });

  test('does not repeat the token', () => {
    expect(readError({ AUTH_TOKEN: 'secret\tthing' })).not.toContain('secret');
  });
});

describe('TOKENS_FILE', () => {
  test('turns DEBUG_ENDPOINTS off unless it is set', () => {
    expect(read({ TOKENS_FILE: 'x' })).toMatchObject({ DEBUG_ENDPOINTS: 'off' });
    const set = read({ TOKENS_FILE: 'x', DEBUG_ENDPOINTS: 'on' });
    expect(set).toMatchObject({ DEBUG_ENDPOINTS: 'on' });
  });

  test('excludes AUTH_TOKEN, whose holder would have no name', () => {
    const message = readError({ TOKENS_FILE: 'x', AUTH_TOKEN: 'secret' });
    expect(message).toContain('AUTH_TOKEN must not be set when TOKENS_FILE is');
    expect(message).not.toContain('secret');
  });

  test('is needed for four eyes', () => {
    expect(read({ TOKENS_FILE: 'x', APPROVAL: 'four-eyes' }).APPROVAL).toBe('four-eyes');
    expect(readError({ APPROVAL: 'four-eyes' })).toContain('unless TOKENS_FILE is set');
  });
});
