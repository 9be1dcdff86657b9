import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Effort } from './laboratory.ts';
import type { Work } from './work.ts';

export interface Options {
  readonly effort: Effort;
  readonly isChosen: (work: Work) => boolean;
  readonly isReport: boolean;
  readonly isClean: boolean;
  /** Where databases are prepared and kept. */
  readonly directory: string;
}

// Many short rounds: what else happens on the machine then meets all alike.
const FULL: Effort = { rounds: 15, seconds: 1 };
const QUICK: Effort = { rounds: 5, seconds: 0.3 };

/** @throws TypeError for an option, or the name of a work, that is not known */
export function readOptions(args: readonly string[], works: readonly Work[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      /** The works that need no large database, in less than a minute. */
      quick: { type: 'boolean', default: false },
      /** Names of works, separated by commas. */
      only: { type: 'string' },
      /** Writes docs/performance.md and its plot. */
      report: { type: 'boolean', default: false },
      /** Prepares the databases anew. */
      clean: { type: 'boolean', default: false },
      directory: { type: 'string', default: join(tmpdir(), 'parts-bench') },
    },
  });
  const names = values.only?.split(',');
  const known = works.map(({ name }) => name);
  const unknown = names?.filter((name) => !known.includes(name)) ?? [];
  if (unknown.length > 0) {
    throw new TypeError(`no work is called ${unknown.join(', ')}; there are ${known.join(', ')}`);
  }
  return {
    effort: values.quick ? QUICK : FULL,
    isChosen: ({ name, isQuick }) => names?.includes(name) ?? (isQuick || !values.quick),
    isReport: values.report,
    isClean: values.clean,
    directory: values.directory,
  };
}
