import { DatabaseOpenError } from '../database-open-error.ts';

/** Where a database is. */
export interface Hosts {
  readonly database: string;
  /** A connection string for each host; the one that took writes last comes first. */
  readonly urls: readonly string[];
  /** Puts a host first. */
  prefer(url: string): void;
}

/** The driver gives the others another meaning in its next version, and prints a warning of that into the log. */
const SSL_MODES = ['verify-full', 'no-verify', 'disable'];

/**
 * Reads a URL that may name several hosts, `postgres://user:password@one:5432,two:5432/name`, as libpq does
 * (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS). No message repeats the URL: it has a password.
 *
 * @throws DatabaseOpenError
 */
export function parseHosts(url: string): Hosts {
  const [, start, names, path, query = ''] =
    /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#@]+)(\/[^/?#]+)(\?[^#]*)?$/.exec(url) ?? [];
  const urls = names?.split(',').map((name) => `${start}${name}${path}${query}`) ?? [];
  if (path === undefined || !urls.every((single) => URL.canParse(single))) {
    throw new DatabaseOpenError(
      'the URL must be postgres://user:password@host:port/database, several hosts separated by commas, and other characters in names and password percent-encoded',
    );
  }
  const mode = new URLSearchParams(query).get('sslmode') ?? 'disable';
  if (!SSL_MODES.includes(mode)) {
    throw new DatabaseOpenError(
      'sslmode must be verify-full, or no-verify for encryption alone, or disable',
    );
  }
  return {
    database: decodeURIComponent(path.slice(1)),
    urls,
    prefer(url) {
      const place = urls.indexOf(url);
      if (place > 0) urls.unshift(...urls.splice(place, 1));
    },
  };
}
