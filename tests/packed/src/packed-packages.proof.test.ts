import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ConsumerProject, createConsumerProject } from './consumer-project.ts';
import { findExamples } from './readme-examples.ts';
import { RUNTIME_NAMES } from './runtimes.ts';

// Packing, installing and a first start take as long as machine and network do.
vi.setConfig({ hookTimeout: 300_000, testTimeout: 300_000 });

const packages = ['core', 'db', 'http'].map((folder) => {
  const read = (file: string) =>
    readFileSync(new URL(`../../../packages/${folder}/${file}`, import.meta.url), 'utf8');
  const manifest: Manifest = JSON.parse(read('package.json'));
  return { ...manifest, folder, readme: read('README.md') };
});

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string>>;
}

const examples = packages.flatMap(({ folder, readme }) =>
  findExamples(readme).map((example, index) => ({
    file: `${folder}-readme-${index + 1}.ts`,
    ...example,
  })),
);

const imports = packages
  .flatMap(({ name, exports }) => Object.keys(exports).map((path) => path.replace('.', name)))
  .map((specifier, index) => `import * as m${index} from '${specifier}';\nvoid m${index};\n`);

const directory = mkdtempSync(join(tmpdir(), 'parts-consumer-'));
let consumer: ConsumerProject;

beforeAll(async () => {
  const programs = examples.map(({ file, source }) => [file, source]);
  consumer = await createConsumerProject(directory, {
    ...Object.fromEntries(programs),
    'every-export.ts': imports.join(''),
  });
});

afterAll(() => rmSync(directory, { recursive: true }));

test('the packed @parts/http has the files of the review board', () => {
  const files = readdirSync(join(consumer.findPackage('@parts/http'), 'board'));
  expect(files).toEqual(expect.arrayContaining(['board.css', 'index.html', 'main.js']));
});

describe.for(packages)('the packed $name', ({ name }) => {
  test('has no fault that publint knows', async () => {
    const pkgDir = consumer.findPackage(name);
    const { messages } = await publint({ pkgDir, pack: false, strict: true });
    expect(messages).toEqual([]);
  });

  test('has README and licence, and compiled sources only', () => {
    const files = readdirSync(consumer.findPackage(name), { recursive: true }).map(String);
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
    expect(files.filter((file) => /(?<!\.d)\.ts$|\.test\./.test(file))).toEqual([]);
  });
});

test.for([
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
] as const)(
  'every export and every example has its types with module %s and moduleResolution %s',
  ([module, moduleResolution]) => consumer.checkTypes(module, moduleResolution),
);

describe.for(RUNTIME_NAMES)('on %s', (runtime) => {
  test('every export can be imported', () => consumer.runProgram(runtime, 'every-export.ts'));

  test.for(examples)('$file does what it says', async ({ file, output }) => {
    const printed = await consumer.runProgram(runtime, file);
    // What shows no output is a test suite, which Node reports on.
    expect(printed).toEqual(output ?? expect.stringMatching(/^\S+ pass [1-9]/m));
  });
});
