/** The file of tokens can't be used. The message names the file, the entry and what is allowed, and never a digest. */
export class TokensFileError extends Error {
  override readonly name = 'TokensFileError';
}
