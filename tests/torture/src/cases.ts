import { crash } from './cases/crash.ts';
import { damagedFiles } from './cases/damaged-files.ts';
import { diskFull } from './cases/disk-full.ts';
import { histories } from './cases/histories.ts';
import { hostile } from './cases/hostile.ts';
import { ioErrors } from './cases/io-errors.ts';
import { locks } from './cases/locks.ts';
import { movedFiles } from './cases/moved-files.ts';
import { overload } from './cases/overload.ts';
import { powerLoss } from './cases/power-loss.ts';
import { readOnly } from './cases/read-only.ts';
import { soak } from './cases/soak.ts';
import { twoServers } from './cases/two-servers.ts';
import type { TortureCase } from './torture-case.ts';

/** Every way to hurt the service, in the order in which they run. */
export const CASES: readonly TortureCase[] = [
  crash,
  powerLoss,
  locks,
  histories,
  hostile,
  movedFiles,
  diskFull,
  ioErrors,
  readOnly,
  damagedFiles,
  twoServers,
  overload,
  soak,
];
