import { PROBLEMS, type ProblemCode } from './problems.ts';

/** A request that is refused. The message says what is wrong and what is allowed, for the client. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, message: string = PROBLEMS[code].detail, headers = {}) {
    super(message);
    this.code = code;
    this.headers = headers;
  }
}
