import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export interface Options {
  readonly seed: string;
  readonly quick: boolean;
  /** Names of the cases to run, in the order of the map. */
  readonly only: readonly string[];
}

/** @throws TypeError with a readable message when the arguments can't be used */
export function readOptions(args: string[], names: readonly string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  });
  const only = values.only?.split(',') ?? names;
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new TypeError(`no case is called ${unknown.join(', ')}; there are ${names.join(', ')}`);
  }
  return { seed: values.seed ?? String(randomInt(1e9)), quick: values.quick, only };
}
