import { expect, test } from 'vitest';
import { drawCurves } from './plot.ts';
import type { Curve } from './work.ts';

const curve = (along: Curve['along'], ys: readonly number[]): Curve => ({
  along,
  name: 'GET',
  points: ys.map((y, index) => ({ x: 10 ** (index + 2), y })),
});

test('each curve is a line, higher where it costs more', () => {
  const svg = drawCurves([curve('parts', [10, 1000]), curve('connections', [1000, 100])]);
  expect([...svg.matchAll(/<polyline points="([^"]+)"/g)].map(([, points]) => points)).toEqual([
    '0.0,200.0 280.0,0.0',
    '0.0,0.0 280.0,100.0',
  ]);
  expect(svg).toMatch(/^<svg .*>\n/);
  expect(svg.endsWith('</svg>\n')).toBe(true);
  for (const label of ['parts', 'audit rows', 'connections', '100', '1k']) {
    expect(svg).toContain(`>${label}</text>`);
  }
});
