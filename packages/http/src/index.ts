export { createApp } from './app.ts';
export type { AppOptions } from './app-options.ts';
export { type AuditFeeds, type AuditFeedsOptions, createAuditFeeds } from './audit/audit-feed.ts';
export { formatEventId } from './audit/server-sent-events.ts';
export { createMetrics, type Metrics } from './debug/metrics.ts';
export { ACTOR_NAME_RULE, isActorName } from './identity/actor-name.ts';
export { ROLES, type Role } from './identity/role.ts';
export { digestToken, type Identity, singleToken, type Tokens } from './identity/tokens.ts';
export type { RequestLog } from './middleware/request-log.ts';
export {
  PROBLEM_CONTENT_TYPE,
  type ProblemDetails,
  problemDetails,
} from './problem/problem-details.ts';
export { PROBLEMS, type ProblemCode } from './problem/problems.ts';
