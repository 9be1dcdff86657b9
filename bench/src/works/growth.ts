import type { Laboratory, LoadShape } from '../laboratory.ts';
import type { DatabaseSize } from '../prepared-database.ts';
import { alternate, sample } from '../rounds.ts';
import { median } from '../statistics.ts';
import type { Curve, Work } from '../work.ts';
import { CONNECTIONS, getPart, patchPart } from './requests.ts';

const SHAPES: readonly { readonly name: string; readonly shape: LoadShape }[] = [
  { name: 'GET one part', shape: { requests: getPart, connections: CONNECTIONS } },
  {
    name: 'page of 100',
    shape: {
      requests: [{ method: 'GET', path: '/v1/parts?limit=100' }],
      connections: CONNECTIONS,
    },
  },
  { name: 'PATCH', shape: { requests: patchPart, connections: CONNECTIONS } },
];

const PARTS = [100, 1_000, 10_000, 100_000, 1_000_000];
const AUDIT_ENTRIES = [0, 5_000, 50_000, 500_000, 5_000_000];
const CONNECTION_COUNTS = [1, 4, 16, 64, 256];

/** How the cost of a request grows with all that can grow. */
export const growthWork: Work = {
  name: 'growth',
  isQuick: false,
  async measure(laboratory) {
    const bySize = (along: Curve['along'], sizes: readonly number[], toSize: ToSize) =>
      measureCurves(laboratory, along, sizes, toSize, (shape) => shape);
    const curves = [
      ...(await bySize('parts', PARTS, (parts) => ({ parts, auditEntries: 0 }))),
      ...(await bySize('audit rows', AUDIT_ENTRIES, (auditEntries) => ({
        parts: 100,
        auditEntries,
      }))),
      ...(await measureCurves(
        laboratory,
        'connections',
        CONNECTION_COUNTS,
        () => ({ parts: 100, auditEntries: 0 }),
        (shape, connections) => ({ ...shape, connections }),
      )),
    ];
    return { findings: [], curves };
  },
};

type ToSize = (x: number) => DatabaseSize;

async function measureCurves(
  laboratory: Laboratory,
  along: Curve['along'],
  xs: readonly number[],
  toSize: ToSize,
  toShape: (shape: LoadShape, x: number) => LoadShape,
): Promise<Curve[]> {
  const points = SHAPES.map((): { x: number; y: number }[] => []);
  for (const x of xs) {
    const server = await laboratory.start('product', toSize(x));
    for (const [index, { name, shape }] of SHAPES.entries()) {
      const measure = () => sample(laboratory, server, toShape(shape, x));
      const [series] = await alternate(laboratory, [{ name, measure }]);
      const y = median(series?.samples.map(({ cpu }) => cpu) ?? []);
      points[index]?.push({ x, y });
    }
    await laboratory.clear();
  }
  return SHAPES.map(({ name }, index) => ({ along, name, points: points[index] ?? [] }));
}
