export { type AppOptions, createApp } from './app.ts';
export {
  type AuditFeeds,
  type AuditFeedsOptions,
  createAuditFeeds,
  formatEventId,
} from './audit-feed.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export {
  PROBLEM_CONTENT_TYPE,
  PROBLEMS,
  type ProblemCode,
  type ProblemDetails,
  problemDetails,
} from './problem.ts';
export type { RateLimit } from './rate-limit.ts';
export type { RequestLog } from './request-log.ts';
