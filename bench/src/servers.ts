import type { ServerSpec } from './bench.ts';
import type { Load } from './load.ts';
import type { Mark, Measures, Row } from './scenario.ts';

const HUNDRED = { parts: 100, auditEntries: 0 };
export const MILLION = { parts: 1_000_000, auditEntries: 0 };
export const product: ServerSpec = { program: 'product', size: HUNDRED };
export const floor: ServerSpec = { program: 'floor', size: HUNDRED };
export const large: ServerSpec = { program: 'product', size: MILLION };

/** The product and the floor under the same load. */
export const both = (load: Load, beside?: Load) => ({
  product: { server: product, load, ...(beside && { beside }) },
  floor: { server: floor, load, ...(beside && { beside }) },
});
export const byFloor = (what: keyof Measures, title: string, mark?: Mark): Row => ({
  title: `${title}, by the floor’s`,
  ...{ what, of: 'product', by: 'floor' },
  ...(mark && { mark }),
});
