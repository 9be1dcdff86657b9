import { PartsError } from '@parts/core';

/**
 * Lets a limited number in at a time, in the order in which they came.
 *
 * @param patience milliseconds to wait
 * @returns a function that lets its caller in, and gives the one that lets it out
 * @throws PartsError `storage_overloaded`
 */
export function createTurnstile(places: number, patience: number): () => Promise<() => void> {
  const waiting = new Set<() => void>();
  let free = places;

  const leave = () => {
    const [next] = waiting;
    if (next) next();
    else free += 1;
  };

  return async () => {
    if (free > 0) {
      free -= 1;
      return leave;
    }
    const { promise, resolve, reject } = Promise.withResolvers<() => void>();
    const enter = () => {
      clearTimeout(timer);
      waiting.delete(enter);
      resolve(leave);
    };
    const timer = setTimeout(() => {
      waiting.delete(enter);
      reject(new PartsError('storage_overloaded', 'too many lists are being read whole'));
    }, patience);
    waiting.add(enter);
    return promise;
  };
}
