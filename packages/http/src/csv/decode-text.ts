import { ProblemError } from '../problem/problem-error.ts';

const BYTE_ORDER_MARKS = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' },
];

/** What stands for bytes that are none of the encoding. */
export const REPLACEMENT = '\ufffd';

export interface DecodedText {
  readonly text: string;
  readonly encoding: string;
  /** True when some bytes are none of the encoding; the text has {@link REPLACEMENT} for them. */
  readonly isDamaged: boolean;
}

/**
 * Decodes a text by its byte order mark, else by the charset that is named, else as UTF-8.
 *
 * @throws ProblemError `unsupported_media_type` for a charset that is not known
 */
export function decodeText(bytes: Uint8Array, charset = 'utf-8'): DecodedText {
  const mark = BYTE_ORDER_MARKS.find((mark) => mark.bytes.every((byte, at) => bytes[at] === byte));
  const encoding = mark?.encoding ?? charset;
  const decode = createDecoder(encoding);
  try {
    return { text: decode(bytes, true), encoding, isDamaged: false };
  } catch {
    return { text: decode(bytes, false), encoding, isDamaged: true };
  }
}

function createDecoder(encoding: string) {
  const strict = () => new TextDecoder(encoding, { fatal: true });
  try {
    strict();
  } catch {
    throw new ProblemError(
      'unsupported_media_type',
      'the charset is not known; there are utf-8, utf-16le, utf-16be, windows-1252 and others',
    );
  }
  return (bytes: Uint8Array, isFatal: boolean) =>
    (isFatal ? strict() : new TextDecoder(encoding)).decode(bytes);
}
