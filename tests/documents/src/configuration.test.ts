import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../apps/server/src/config.ts';
import { readDocument, readTable } from './markdown.ts';

const rows = readTable(readDocument('docs/configuration.md'), 'variable').map(
  ([name = '', value = '', allowed = '']) => ({ name: name.replaceAll('`', ''), value, allowed }),
);

describe('docs/configuration.md', () => {
  test('has the variables of the configuration in their order', () => {
    const source = readDocument('apps/server/src/config.ts');
    const names = Array.from(source.matchAll(/^ {2}([A-Z_]+):/gm), ([, name]) => name);
    expect(rows.map(({ name }) => name)).toEqual(names);
  });

  test('has the default of each variable', () => {
    const { DATABASE_PATH, ...defaults } = readConfig({}, '/typed/here');
    const values = new Map<string, unknown>(Object.entries(defaults));
    for (const { name, value } of rows) {
      if (name === 'DATABASE_PATH') {
        expect(resolve('/typed/here', value.replaceAll('`', ''))).toBe(DATABASE_PATH);
      } else {
        const expected = values.get(name);
        expect(value, name).toBe(expected === undefined ? 'unset' : `\`${expected}\``);
      }
    }
  });

  test.for(rows)('says what $name may be', ({ name, allowed }) => {
    // A control character is good for nothing but a text of any form.
    const readBad = () => readConfig({ [name]: '\t' }, '/typed/here');
    if (allowed === 'any') expect(readBad).not.toThrow();
    else expect(readBad).toThrow(`  ${name} must be ${allowed}`);
  });
});
