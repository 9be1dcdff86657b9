/** A program in a README, and what it prints. */
export interface ReadmeExample {
  readonly source: string;
  /** Undefined when the README does not show it. */
  readonly output: string | undefined;
}

/** The TypeScript blocks of a README, each with the text block right behind it. */
export function findExamples(readme: string): ReadmeExample[] {
  const blocks = readme.matchAll(/^```ts\n(.*?)^```$(?:\n+```text\n(.*?)^```$)?/gms);
  return Array.from(blocks, ([, source = '', output]) => ({ source, output }));
}
