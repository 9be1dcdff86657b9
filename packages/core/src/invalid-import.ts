import { type ImportError, PartsError } from './errors.ts';

/** Errors that a refusal lists; the detail tells how many there are. */
const MAX_LISTED = 100;

/** The failure of an import as a whole. @param errors at least one, in the order of the lines */
export function invalidImport(errors: readonly ImportError[]): PartsError {
  const [first] = errors;
  const listed = errors.slice(0, MAX_LISTED);
  const place = first && `line ${first.line}${first.column === null ? '' : `, ${first.column}`}`;
  const count = errors.length === 1 ? 'one error' : `${errors.length} errors`;
  const detail = `nothing was imported: ${count}; ${place} ${first?.detail}`;
  return new PartsError('invalid_import', detail, { errors: listed });
}
