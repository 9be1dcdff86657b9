/** Tells listeners that something was committed. */
export interface CommitSignal {
  /** Must be called after a commit that listeners care for. */
  notify(): void;
  /** @returns a function that ends it */
  listen(listener: () => void): () => void;
}

/**
 * Calls the listeners once for all that is notified in a turn of the event loop.
 *
 * @param begin is called with the first listener; it returns what ends it, with the last one
 * @param prepare is called before the listeners
 */
export function createCommitListeners(
  begin: () => () => void,
  prepare = () => {},
): CommitSignal & { clear(): void } {
  const listeners = new Set<() => void>();
  let isNotified = false;
  let end: (() => void) | undefined;

  function endWithTheLast(): void {
    if (listeners.size > 0) return;
    end?.();
    end = undefined;
  }

  return {
    notify() {
      if (isNotified || listeners.size === 0) return;
      isNotified = true;
      // Those who wait for their answer come before those who listen.
      setImmediate(() => {
        isNotified = false;
        prepare();
        for (const listener of listeners) listener();
      });
    },
    listen(listener) {
      // Each call has its own entry, also when one function listens twice.
      const call = () => listener();
      listeners.add(call);
      end ??= begin();
      return () => {
        listeners.delete(call);
        endWithTheLast();
      };
    },
    clear() {
      listeners.clear();
      endWithTheLast();
    },
  };
}
