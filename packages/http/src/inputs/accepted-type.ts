import { accepts } from 'hono/accepts';
import type { AppContext } from '../context.ts';

/** The media type that a client prefers among those that there are; the first when it does not care. */
export function acceptedType<Type extends string>(
  c: AppContext,
  supports: readonly [Type, ...Type[]],
): Type {
  const [first] = supports;
  const accepted = accepts(c, { header: 'Accept', supports: [...supports], default: first });
  return supports.find((type) => type === accepted) ?? first;
}
