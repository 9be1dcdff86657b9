import { ENTRY_KINDS } from '@parts/core';
import { z } from 'zod';
import { ACTOR_NAME_RULE, isActorName } from '../identity/actor-name.ts';
import { choice } from '../inputs/choice.ts';
import { ProblemError } from '../problem/problem-error.ts';

/** A day, or a time with its offset; not more precise than the audit is. */
const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d))?$/;
const timeSchema = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

const time = (name: string, description: string) => ({
  schema: timeSchema.meta({ description, examples: ['2026-03-02T14:07:31Z'] }),
  /** @returns the time as the audit writes it; a day begins at midnight in UTC */
  read(text: string): string {
    if (TIME.test(text) && timeSchema.safeParse(text).success) return new Date(text).toISOString();
    throw new ProblemError(
      'invalid_parameter',
      `${name} must be a day such as 2026-03-02 or a time such as 2026-03-02T14:07:31Z, with + written as %2B`,
    );
  },
});

/** What narrows the audit down. */
export const auditFilter = {
  actor: {
    schema: z.string().meta({ description: 'Only entries by this name.', examples: ['ada'] }),
    read(text: string): string {
      if (isActorName(text)) return text;
      throw new ProblemError('invalid_parameter', `actor must have ${ACTOR_NAME_RULE}`);
    },
  },
  kind: choice('kind', z.enum(ENTRY_KINDS), 'Only entries of this kind.', 'status_changed'),
  since: time('since', 'Only entries from this time on. A day begins at midnight in UTC.'),
  until: time('until', 'Only entries from before this time.'),
};
