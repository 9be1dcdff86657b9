/** The one decimal spelling of a whole number; NaN for all else, `1e1`, `01` and an empty text included. */
export function parseDecimal(text: string): number {
  const number = /^(?:0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : Number.NaN;
}
