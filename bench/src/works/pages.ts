import { alternate, compare, describe, sample } from '../rounds.ts';
import type { ServerProcess } from '../server-process.ts';
import type { Work } from '../work.ts';
import { fetchFrom, walkPages } from './fetch-from.ts';
import { CONNECTIONS } from './requests.ts';

const MILLION = 1_000_000;
/** The longest page that can be asked for: walks take as few steps as possible. */
const LONG = 1000;
const FIRST_PAGE = '/v1/parts?limit=100';

export const pagesWork: Work = {
  name: 'pages',
  isQuick: false,
  async measure(laboratory) {
    const small = await laboratory.start('product', { parts: LONG, auditEntries: 0 });
    const large = await laboratory.start('product', { parts: MILLION, auditEntries: 0 });
    const places = [
      { name: 'start', server: large, path: FIRST_PAGE },
      { name: 'middle', server: large, path: await findPage(large, MILLION / 2) },
      { name: 'end', server: large, path: await findPage(large, MILLION - 100) },
      { name: 'of 1,000', server: small, path: FIRST_PAGE },
    ];
    const subjects = places.map(({ name, server, path }) => ({
      name,
      measure: () =>
        sample(laboratory, server, {
          requests: [{ method: 'GET', path }],
          connections: CONNECTIONS,
        }),
    }));
    const series = await alternate(laboratory, subjects);
    const behind = describe(series, 'cpu', 'µs');
    const finding = (title: string, above: string, below: string, meaning: string) => ({
      title: `Page of 100 of 1,000,000 parts: CPU time ${title}`,
      unit: 'ratio' as const,
      figures: compare(series, above, below, 'cpu'),
      mark: { atMost: 1.15 },
      behind,
      meaning,
    });
    return {
      findings: [
        finding(
          'in the middle, by the start',
          'middle',
          'start',
          'Pages are found by key, not counted.',
        ),
        finding('at the end, by the start', 'end', 'start', 'The same at the far end.'),
        finding(
          'at the start, by a table of 1,000',
          'start',
          'of 1,000',
          'What a thousand times as many parts cost.',
        ),
      ],
    };
  },
};

/** The page of 100 after the first `position` parts. */
async function findPage(server: ServerProcess, position: number): Promise<string> {
  const long = Math.floor(position / LONG);
  const url = new URL(await walkPages(server, `/v1/parts?limit=${LONG}`, long), server.url);
  url.searchParams.set('limit', '100');
  const path = await walkPages(server, url.pathname + url.search, (position % LONG) / 100);
  const parts: unknown = await (await fetchFrom(server, path)).json();
  if (Array.isArray(parts) && parts.length === 100) return path;
  throw new Error(`${path} is not a page of 100 parts`);
}
