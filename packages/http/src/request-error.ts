import type { ProblemCode } from './problem.ts';

/** The request can't be understood. The message says what is wrong and what is allowed. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: ProblemCode;

  constructor(
    code: 'invalid_header' | 'invalid_parameter' | 'malformed_body' | 'unsupported_media_type',
    message: string,
  ) {
    super(message);
    this.code = code;
  }
}
