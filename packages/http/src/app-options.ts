import type { Writable } from 'node:stream';
import type { PartsService, Rules, Storage } from '@parts/core';
import type { AuditFeeds } from './audit/audit-feed.ts';
import type { DebugOptions } from './debug/debug-endpoints.ts';
import type { Metrics } from './debug/metrics.ts';
import type { Tokens } from './identity/tokens.ts';
import type { RateLimit } from './middleware/rate-limit.ts';
import type { RequestLog } from './middleware/request-log.ts';

/** What the API serves, and how. */
export interface AppOptions {
  readonly parts: PartsService;
  readonly storage: Pick<Storage, 'audit' | 'maintenance' | 'statistics'>;
  /** Of the same storage. Close them before the server, or it waits for its clients. */
  readonly auditFeeds: AuditFeeds;
  /** Is given the response on which a feed opens: it ends when its client has read it, or goes. */
  readonly onFeed?: ((response: Writable) => void) | undefined;
  /** The bearer tokens, of which all of `/v1` asks for one. */
  readonly tokens: Tokens;
  /** The rules that `parts` was made with, to tell them to clients. Default: none. */
  readonly rules?: Rules | undefined;
  /** True for the default token, which is public: below `/v1` and `/debug` only hosts that no stranger can own are served. */
  readonly isTokenPublic?: boolean | undefined;
  readonly log: RequestLog;
  /** For a request that brings no usable `X-Request-Id`. Each must be new. */
  readonly newRequestId: () => string;
  /** False: there is no `/debug`, which needs no token. */
  readonly debug: Pick<DebugOptions, 'readMoreStats'> | false;
  readonly metrics: Metrics;
  /** The directory of the package swagger-ui-dist, for a page to read and try the API. Left out, there is no `/docs`. */
  readonly swaggerUiDirectory?: string | undefined;
  /** The origins of pages elsewhere that may use `/v1`. Left out, there are none. */
  readonly corsOrigins?: readonly string[] | undefined;
  /** Left out, there is no limit. */
  readonly rateLimit?: RateLimit | undefined;
}
