import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Tokens } from '@parts/http';
import type { Log } from '../log/log.ts';
import { parseTokens, type TokenEntry, TokensFileError } from './parse-tokens.ts';

/** Milliseconds between two looks at the file. */
const LOOK_INTERVAL = 1000;

/** The tokens of a file, as it was when it was read last. */
export interface FileTokens extends Tokens {
  /** Reads the file again. What can't be used is reported, and the tokens stay as they were. */
  reload(): Promise<void>;
  /**
   * Reads the file again once a second, until the function that it returns is called.
   *
   * @param onLoss is called when tokens may have been taken away, or have expired
   */
  watch(onLoss: () => void): () => void;
}

/**
 * @param now milliseconds since 1970
 * @throws TokensFileError when the file can't be read or used
 */
export async function openTokens(path: string, { log }: Log, now = Date.now): Promise<FileTokens> {
  let content: string | undefined;
  let failure: string | undefined;
  let known = new Map<string, TokenEntry>();
  let lookedAt = now();
  let reloading = Promise.resolve();

  const isExpired = ({ expires = Number.POSITIVE_INFINITY }: TokenEntry, time: number) =>
    expires <= time;

  /** @returns whether the content is a new one */
  async function load(): Promise<boolean> {
    const text = await readText(path);
    if (text === content) return false;
    const entries = parseTokens(path, text).map((entry): [string, TokenEntry] => {
      const before = known.get(entry.sha256);
      // The same object for the same token: its rate limit goes on.
      return [entry.sha256, before && isDeepStrictEqual(before, entry) ? before : entry];
    });
    known = new Map(entries);
    content = text;
    log.info({ tokens: known.size }, 'tokens were read');
    return true;
  }

  /** @returns whether tokens may have been lost since the last look */
  async function look(): Promise<boolean> {
    let isNew = false;
    try {
      isNew = await load();
      failure = undefined;
    } catch (error) {
      if (!(error instanceof TokensFileError)) throw error;
      if (error.message !== failure)
        log.error({ reason: error.message }, 'the tokens stay as they were');
      failure = error.message;
    }
    const [from, to] = [lookedAt, now()];
    lookedAt = to;
    return isNew || known.values().some((entry) => isExpired(entry, to) && !isExpired(entry, from));
  }

  await load();
  let onLoss = () => {};

  function reload(): Promise<void> {
    // One after the other, so that an older content never takes the place of a newer one.
    reloading = reloading.then(look).then((isLoss) => {
      if (isLoss) onLoss();
    });
    return reloading;
  }

  return {
    find(digest) {
      const entry = known.get(digest);
      return entry?.expires !== undefined && isExpired(entry, now()) ? undefined : entry;
    },
    reload,
    watch(listener) {
      onLoss = listener;
      const timer = setInterval(() => void reload(), LOOK_INTERVAL).unref();
      return () => clearInterval(timer);
    },
  };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new TokensFileError(error instanceof Error ? error.message : `${path} can't be read`);
  }
}
