import { partSchema } from '@parts/core';
import { parseDecimal } from '../inputs/decimal.ts';

/** The id of a part in a path; NaN, which is no part's id, for what can be none. */
export const partId = {
  schema: partSchema.shape.id.meta({
    description: 'Id of a part. What can be no id, such as `01`, is a 404.',
    examples: [2],
  }),
  read: parseDecimal,
};
