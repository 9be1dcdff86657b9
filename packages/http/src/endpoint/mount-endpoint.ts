import type { Hono, MiddlewareHandler } from 'hono';
import type { AppContext, AppEnvironment } from '../context.ts';
import { limitBody, readJsonBody } from '../inputs/json-body.ts';
import type { Endpoint } from './endpoint.ts';
import type { Inputs, InputValues } from './input.ts';
import { requireRole } from './require-role.ts';

/**
 * Makes an endpoint a route. Its inputs are read before its handler runs, so a request that can't
 * be understood is a 400 even where the part does not exist.
 */
export function mountEndpoint(app: Hono<AppEnvironment>, endpoint: Endpoint): void {
  const { method, path, body, role } = endpoint;
  const readBody = body?.read ?? readJsonBody;
  const readParams = createReader(endpoint.params, (c, name) => c.req.param(name));
  const readQuery = createReader(endpoint.query, (c, name) => c.req.query(name));
  const readHeaders = createReader(endpoint.headers, (c, name) => c.req.header(name));

  function readInputs(c: AppContext, body: unknown): InputValues {
    return { body, query: readQuery(c), headers: readHeaders(c), params: readParams(c) };
  }

  const checkRole: MiddlewareHandler<AppEnvironment> = (c, next) => {
    if (role) requireRole(c, role);
    return next();
  };

  if (body) {
    app.on(method, path, checkRole, limitBody(body.maxBytes), async (c: AppContext) => {
      const content = await readBody(c);
      return endpoint.handler(c, readInputs(c, content));
    });
  } else {
    app.on(method, path, (c: AppContext) => {
      if (role) requireRole(c, role);
      return endpoint.handler(c, readInputs(c, undefined));
    });
  }
}

function createReader(
  inputs: Inputs = {},
  find: (c: AppContext, name: string) => string | undefined,
) {
  const entries = Object.entries(inputs);
  return function readInputs(c: AppContext) {
    const values: Record<string, unknown> = {};
    for (const [name, input] of entries) {
      const text = find(c, name);
      if (text !== undefined) values[name] = input.read(text, () => c.req.queries(name) ?? []);
    }
    return values;
  };
}
