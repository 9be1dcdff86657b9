// The rules of a change without the schemas of inputs: the thread that writes needs no zod, whose loading takes 30 ms.
export { checkRetry, decideChange } from './decide-change.ts';
export { PartsError } from './errors.ts';
export { restoreVersion } from './restore-version.ts';
