// The rules of a change without the schemas of inputs: the thread that writes needs no zod, whose loading takes 30 ms.
export { PartsError } from './errors.ts';
export { executeChange, executeImport, type Transaction } from './execute-change.ts';
