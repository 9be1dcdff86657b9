// The rules of a change without the schemas of inputs: the thread that writes needs no zod, whose loading takes 30 ms.
export { needsHistory } from './approval.ts';
export { checkRetry, decideChange, decideCreation, nextPartNumber } from './decide-change.ts';
export { decideImport } from './decide-import.ts';
export { PartsError, partNumberTaken } from './errors.ts';
export { restoreVersion } from './restore-version.ts';
