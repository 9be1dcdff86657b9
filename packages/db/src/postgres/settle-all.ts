/**
 * Waits until all are settled, since all statements that were sent together have answers to come.
 *
 * @throws what the first one that failed threw
 */
export async function settleAll<T>(sent: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(sent);
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}
