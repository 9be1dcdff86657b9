import { z } from 'zod';
import type { openApp } from './open-app.ts';

const importProblemSchema = z.object({
  errors: z.array(z.object({ line: z.int(), column: z.string().nullable(), detail: z.string() })),
});

type Send = Awaited<ReturnType<typeof openApp>>['send'];

/** Imports a file as curl does. */
export const importFile = (
  send: Send,
  body: string | Uint8Array<ArrayBuffer>,
  query = '',
  type = 'text/csv',
) => send('POST', `/v1/imports${query}`, { body, headers: { 'Content-Type': type } });

export const errorsOf = async (response: Response) =>
  importProblemSchema.parse(await response.json()).errors;

export const readCsvFile = async (send: Send, path: string) =>
  new Uint8Array(
    await (await send('GET', path, { headers: { Accept: 'text/csv' } })).arrayBuffer(),
  );
