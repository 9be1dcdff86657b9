import type { RequestTemplate } from './load.ts';

const IDS = Array.from({ length: 100 }, (_, index) => index + 1);
const STATUSES = ['Draft', 'In Review', 'Approved', 'Rejected'];
export const get = (path: string): RequestTemplate => ({ method: 'GET', path });
const getEach = (step: number) => IDS.map((id) => get(`/v1/parts/${id * step}`));
export const getPart = getEach(1);
/** A hundred parts that are spread evenly over so many. */
export const getSpread = (parts: number) => getEach(parts / IDS.length);
export const getList = [get('/v1/parts')];
const patchEach = (step: number) =>
  IDS.map(
    (id): RequestTemplate => ({
      method: 'PATCH',
      path: `/v1/parts/${id * step}/status`,
      body: JSON.stringify({ status: STATUSES[(id * 7) % STATUSES.length] }),
    }),
  );
export const patchPart = patchEach(1);
export const patchSpread = (parts: number) => patchEach(parts / IDS.length);
export const patchWith = (uniqueHeader: string) =>
  patchPart.map((template) => ({ ...template, uniqueHeader }));
/** One change after nine reads. */
export const mixed = getPart.map(
  (request, index) => (index % 10 === 9 ? patchPart[index] : request) ?? request,
);

const importOf = (round: number): RequestTemplate => ({
  method: 'POST',
  path: '/v1/imports?existing=update',
  body: JSON.stringify(
    Array.from({ length: 5000 }, (_, place) => ({
      part_number: `IMP-${place}`,
      name: `Part ${place} of round ${round}`,
      description: 'of a spreadsheet with as many rows as an import may have',
    })),
  ),
});
/** The second differs from the first in each row. */
export const importParts = [importOf(1), importOf(2)];
