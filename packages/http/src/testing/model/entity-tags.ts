import type { Fault } from './model.ts';

/** What is sent, and what it has to be taken for. */
export interface Spelled<Meaning> {
  readonly text: string;
  readonly means: Meaning;
}

/** What `If-Match` and `If-None-Match` may say of a part that has this version; null: any version. */
export const TAGS: Readonly<
  Record<string, (version: number) => Spelled<readonly number[] | Fault | null>>
> = {
  any: () => ({ text: '*', means: null }),
  current: (version) => ({ text: `"${version}"`, means: [version] }),
  last: (version) => ({ text: `"${version - 1}"`, means: [version - 1] }),
  next: (version) => ({ text: `"${version + 1}"`, means: [version + 1] }),
  several: (version) => ({ text: `"${version + 9}", "${version}"`, means: [version + 9, version] }),
  broken: (version) => ({ text: `${version}`, means: { fault: 'invalid_header' } }),
};
