/** Marks a request that hides inside of another and must never be served on its own. */
export const SMUGGLED = 'smuggled';

/** Requests whose length can be read in two ways, each with a second request hidden in it. */
export function createSmugglers(token: string): Buffer[] {
  const auth = `Host: localhost\r\nAuthorization: Bearer ${token}\r\n`;
  const body = '{"status":"Rejected"}';
  const patch = 'PATCH /v1/parts/1/status HTTP/1.1\r\n';
  const hidden = (index: number) =>
    `${patch}${auth}X-Request-Id: ${SMUGGLED}-${index}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const length = hidden(10).length;
  const end = '0\r\n\r\n';

  /** Everything between the first line's `Authorization` and the hidden request. */
  const between = [
    `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n${end}`,
    `Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n${end}`,
    `Content-Length: 0\r\nContent-Length: ${length}\r\n\r\n`,
    `Content-Length: ${length}\r\nContent-Length: 0\r\n\r\n`,
    `Content-Length: 0, ${length}\r\n\r\n`,
    'Content-Length: +0\r\n\r\n',
    'Content-Length: 0x0\r\n\r\n',
    'Content-Length: -0\r\n\r\n',
    'Content-Length : 0\r\n\r\n',
    'Content-Length:\r\n 0\r\n\r\n',
    `Transfer-Encoding: identity\r\n\r\n${end}`,
    `Transfer-Encoding: chunked, identity\r\n\r\n${end}`,
    `Transfer-Encoding: xchunked\r\n\r\n${end}`,
    `Transfer-Encoding: \x0bchunked\r\n\r\n${end}`,
    `Transfer-Encoding : chunked\r\n\r\n${end}`,
    `Transfer-Encoding:\r\n chunked\r\n\r\n${end}`,
    `Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n`,
    `Transfer-Encoding: chunked\r\n\r\n-0\r\n\r\n`,
    'Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n\r\n',
    `Transfer-Encoding: chunked\r\n\r\n5\n{"a":\r\n0\n\n`,
    // Honest framing: the hidden request is the body, whatever the answer is.
    `Content-Length: ${length}\r\n\r\n`,
    `Transfer-Encoding: chunked\r\n\r\n${length.toString(16)}\r\n`,
    `Expect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`,
    `Content-Length: ${length + 70_000}\r\n\r\n`,
    `Content-Length: ${length + 70_000}\r\n\r\n${' '.repeat(66_000)}`,
    `X: a\rContent-Length: 0\r\nContent-Length: ${length}\r\n\r\n`,
  ];
  const fronts = [
    `${patch}${auth}`,
    `GET /healthz HTTP/1.1\r\n${auth}`,
    // Refused before the body is read: no token, no route, no method.
    'PATCH /v1/parts/1/status HTTP/1.1\r\nHost: localhost\r\n',
    `POST /nowhere HTTP/1.1\r\n${auth}`,
    `DELETE /v1/parts HTTP/1.1\r\n${auth}`,
  ];
  return fronts.flatMap((front) =>
    between.map((middle, index) => Buffer.from(`${front}${middle}${hidden(index + 10)}`, 'latin1')),
  );
}
