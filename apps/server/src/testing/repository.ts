import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository, with a separator at the end. */
export const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));

/**
 * The search path without what was put in front of it to run the tests: a command has to
 * find its Node by itself, as in a terminal.
 */
export const PATH_OUTSIDE = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((directory) => !directory.startsWith(REPOSITORY))
  .join(delimiter);
