/** The product did not keep a promise. Ends the run: the message tells what was expected and what was seen. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';

  constructor(expected: string, seen: string) {
    super(`expected: ${expected}\n  seen:     ${seen}`);
  }
}

/** This machine lacks what a case needs. The case is reported as not run, never as passed. */
export class NotPossibleHere extends Error {
  override readonly name = 'NotPossibleHere';
}

/** @throws BrokenPromise unless `holds` */
export function promise(holds: boolean, expected: string, seen: () => unknown): asserts holds {
  if (holds) return;
  const value = seen();
  throw new BrokenPromise(expected, typeof value === 'string' ? value : JSON.stringify(value));
}
