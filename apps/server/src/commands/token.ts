import { createHash, randomBytes } from 'node:crypto';
import { ACTOR_NAME_RULE, isActorName, ROLES } from '@parts/http';
import { type Command, readArguments, UsageError } from './command.ts';

const BITS = 192;

export const token: Command = {
  usage: 'NAME ROLE',
  summary: `make a token and print its line for TOKENS_FILE; roles: ${ROLES.join(', ')}`,
  run(args) {
    const [name = '', role] = readArguments(args, ['NAME', 'ROLE']);
    if (!isActorName(name)) throw new UsageError(`NAME must have ${ACTOR_NAME_RULE}`);
    if (!ROLES.some((known) => known === role)) {
      throw new UsageError(`ROLE must be one of ${ROLES.join(', ')}`);
    }
    const token = `pt_${randomBytes(BITS / 8).toString('base64url')}`;
    const sha256 = createHash('sha256').update(token).digest('hex');
    console.log(`The token of ${name}, which is shown this once and stored nowhere:
  ${token}
Add this to the JSON array in TOKENS_FILE:
  ${JSON.stringify({ name, role, sha256 })}`);
    return 0;
  },
};
