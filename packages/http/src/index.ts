export { type AppOptions, createApp } from './app.ts';
export {
  PROBLEM_CONTENT_TYPE,
  PROBLEMS,
  type ProblemCode,
  type ProblemDetails,
  problemDetails,
} from './problem.ts';
export type { RequestLog } from './request-log.ts';
