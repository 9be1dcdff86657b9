import type { Curve } from './work.ts';

const PANEL = { width: 280, height: 200, left: 52, top: 44, gap: 66 };
const COLORS = ['#1f6feb', '#bc4c00', '#1a7f37'];
const PANELS: readonly Curve['along'][] = ['parts', 'audit rows', 'connections'];

/** Draws how the cost of a request grows: a panel for each thing that grows, as SVG. */
export function drawCurves(curves: readonly Curve[]): string {
  const costs = curves.flatMap(({ points }) => points.map(({ y }) => Math.log10(y)));
  const decades = { from: Math.floor(Math.min(...costs)), to: Math.ceil(Math.max(...costs)) };
  const width = PANEL.left + PANELS.length * (PANEL.width + PANEL.gap);
  const height = PANEL.top + PANEL.height + 48;
  const names = [...new Set(curves.map(({ name }) => name))];
  const legend = names.map((name, index) =>
    text(PANEL.left + index * 150, 18, `— ${name}`, `fill="${COLORS[index]}"`),
  );
  const panels = PANELS.map((along, index) => {
    const own = curves.filter((curve) => curve.along === along);
    const shift = PANEL.left + index * (PANEL.width + PANEL.gap);
    return `<g transform="translate(${shift} ${PANEL.top})">${drawPanel(along, own, decades)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12"><title>What a request costs, by parts, audit entries and connections</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...legend,
    ...panels,
    '</svg>\n',
  ].join('\n');
}

/** Powers of ten, since what matters is the factor by which a cost grows. */
interface Decades {
  readonly from: number;
  readonly to: number;
}

function drawPanel(along: string, curves: readonly Curve[], { from, to }: Decades): string {
  const xs = curves[0]?.points.map(({ x }) => x) ?? [];
  // Sizes grow by factors, and one of them may be 0: they stand at equal distances.
  const toX = (index: number) => (index * PANEL.width) / Math.max(1, xs.length - 1);
  const toY = (cost: number) => (PANEL.height * (to - Math.log10(cost))) / (to - from);
  const grid = Array.from({ length: to - from + 1 }, (_, step) => {
    const cost = 10 ** (from + step);
    const line = `<path d="M0 ${toY(cost)}H${PANEL.width}" stroke="#d0d7de"/>`;
    return line + text(-8, toY(cost) + 4, shorten(cost), 'text-anchor="end"');
  });
  const labels = xs.map((x, index) =>
    text(toX(index), PANEL.height + 18, shorten(x), 'text-anchor="middle"'),
  );
  const lines = curves.map(({ points }, index) => {
    const path = points.map(({ y }, place) => `${toX(place).toFixed(1)},${toY(y).toFixed(1)}`);
    return `<polyline points="${path.join(' ')}" fill="none" stroke="${COLORS[index]}" stroke-width="2"/>`;
  });
  const title = text(PANEL.width / 2, PANEL.height + 38, along, 'text-anchor="middle"');
  const unit = text(-44, -10, 'CPU µs a request', 'fill="#57606a"');
  return [...grid, ...labels, ...lines, title, unit].join('\n');
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${content}</text>`;
}

function shorten(value: number): string {
  if (value >= 1_000_000) return `${value / 1_000_000}M`;
  return value >= 1000 ? `${value / 1000}k` : String(value);
}
