/** Values that programs have stumbled over. */

/** The values of a text, with two spaces or a line break between them and `~0d` for the byte 0d. */
const split = (text: string) =>
  text
    .trim()
    .split(/\n *| {2}/)
    .map((value) =>
      value.replace(/~([0-9a-f]{2})/g, (_, byte) => Buffer.from(byte, 'hex').toString('latin1')),
    );

export const METHODS = [
  ...split(`
    GET  PATCH  HEAD  OPTIONS  POST  DELETE  TRACE  CONNECT  QUERY  PRI  patch  GETX  G ET
  `),
  '',
];

export const TARGETS = [
  ...split(`
    /v1/parts  /v1/parts/1  /v1/parts/1/status  /v1/parts/01  /v1/parts/-1  /v1/parts/1.0
    /v1/parts/1e3  /v1/parts/9007199254740993  /v1/parts/%31  /v1/parts/1%2fstatus  /v1/parts/%00
    /v1/parts/%zz  /v1/parts/%  /v1/parts/%ff%fe  /v1/parts/__proto__
    /v1/parts/constructor/status  /v1/parts/1?limit=1e1&limit=2&cursor=%00
    /v1/parts?limit=999999999999&cursor=eyJ9&status=Draft&status=
    /v1/parts?__proto__[x]=1&constructor=1  /v1/audit?after=-1&limit=0
    /v1/parts/1/audit?cursor=AAAA  //v1/parts  /../../etc/passwd  /v1/parts/1;x=1  /v1/parts#x
    v1/parts  *  ?  http://other.example/v1/parts  http://[::1/v1/parts  other.example:443
    /debug/stats  /debug/metrics  /healthz  /v1/parts/~ff~fe  /v1\\parts
  `),
  `/v1/parts/${'9'.repeat(400)}`,
  `/${'a'.repeat(9000)}`,
  `/${'a/'.repeat(12_000)}`,
  `/v1/parts?${'a=1&'.repeat(3000)}`,
];

export const VERSIONS = [
  ...split(`
    HTTP/1.1  HTTP/1.0  HTTP/0.9  HTTP/2.0  HTTP/1.10  http/1.1  HTTP/
  `),
  '',
];

/** Lines that are added to a request, or take the place of those with the same name. */
export const HEADER_LINES = [
  ...split(`
    Content-Length: -1  Content-Length: 0  Content-Length: 7  Content-Length: 0x10
    Content-Length: 1e2  Content-Length: 5, 5  Content-Length: 99999999999999999999999
    Content-Length: 70000  Content-Length:  Transfer-Encoding: chunked
    Transfer-Encoding: chunked, chunked  Transfer-Encoding: gzip, chunked
    Transfer-Encoding: identity  Host:  Host: a b  Host: [::1  Host: a:99999  Host: a/b@c?d#e
    Authorization: Bearer  Authorization: Basic Og==  Connection: close
    Connection: Content-Length, Authorization  Expect: 100-continue  Expect: the impossible
    Content-Type: application/json; charset=utf-16  Content-Type: multipart/form-data; boundary=x
    Content-Encoding: gzip  Idempotency-Key:  Idempotency-Key: "  Idempotency-Key: "unbalanced
    If-Match:  If-Match: *, "1"  If-Match: W/"1"  If-Match: "99999999999999999999"  If-Match: "1
    If-None-Match: *  Last-Event-ID: -1  Range: bytes=0-0,1-1  Accept: */*;q=NaN
    Trailer: Authorization  Cookie: __proto__=1  __proto__: x  : no name  no colon
    Name with space: x  Transfer-Encoding: ~0bchunked  Host: ~ff  Authorization: bearer ~ff~fe
    Connection: upgrade~0d~0aUpgrade: websocket~0d~0aSec-WebSocket-Version: 13~0d~0aSec-WebSocket-Key: AAAA
    X-Request-Id: ~01  X-Request-Id: a"b~5cc  Idempotency-Key: ~ff~80  ~20Folded: x  Nul: a~00b
  `),
  `Authorization: Bearer ${'x'.repeat(5000)}`,
  `X-Request-Id: ${'i'.repeat(129)}`,
  `Idempotency-Key: ${'k'.repeat(256)}`,
  `Long: ${'x'.repeat(17_000)}`,
  Array.from({ length: 500 }, (_, index) => `X-${index}: 1`).join('\r\n'),
  Array.from({ length: 2500 }, (_, index) => `${index}:`).join('\r\n'),
];

export const BODIES: readonly (string | Buffer)[] = [
  ...split(`
    {"status":"Approved"}
    {"status":"Approved","__proto__":{"status":"x"},"constructor":{"prototype":{}}}
    {"__proto__":{"status":"Approved"}}  {"status":{"toString":1}}  {"status":["Approved"]}
    {"status":"approved"}  {"status":1e999}  {"status":"Draft","status":"Rejected"}
    {"status":"Draft","reason":null}  null  []  ""  0  -  {  {"status":"Draft"}{"status":"Draft"}
    {'status':'Draft'}  <status>Draft</status>
  `),
  '{"status":"Approved\\u0000"}',
  '{"status":"\\ud800"}',
  '{"status":"Draft","reason":"\\ud800\\u0000"}',
  '\ufeff{"status":"Draft"}',
  `{"status":"Draft","reason":"${'r'.repeat(501)}"}`,
  '['.repeat(60_000),
  '{"a":'.repeat(12_000),
  `{"status":"${'x'.repeat(60_000)}"}`,
  ' '.repeat(65_537),
  Buffer.from([0xff, 0xfe, 0x7b, 0x00]),
  Buffer.from('7b22737461747573223a22c0af22f09f22', 'hex'),
];

/** Bytes that are put in anywhere. */
export const TOKENS = split(`
  :  %  %00  %c0%af  /  ?  #  "  ,  ;  __proto__  HTTP/1.1  ~0d~0a  ~0a  ~0d  ~00  ~0d~0a~0d~0a
  ~20  ~09  ~5c  ~7f  ~ff  ~ed~a0~80  ~f0~9f~98~80  0~0d~0a~0d~0a  ffffffffffffffff~0d~0a
`);
