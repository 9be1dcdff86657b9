import type { AuditBatch, AuditPosition } from '@parts/core';

/** The `id` of an event, which `Last-Event-ID` brings back. */
export function formatEventId({ epoch, id }: AuditPosition): string {
  return `${epoch}-${id}`;
}

/** Undefined when the text is not the id of an event. */
export function parseEventId(text: string): AuditPosition | undefined {
  const [, epoch, id] = /^([0-9a-f]{1,32})-(0|[1-9]\d{0,14})$/.exec(text) ?? [];
  return epoch === undefined ? undefined : { epoch, id: Number(id) };
}

/** The events of a batch (WHATWG HTML, section 9.2). */
export function formatEvents({ entries, position: { epoch }, isReset }: AuditBatch): string {
  const reset = isReset ? `id: ${epoch}-0\nevent: reset\ndata: {}\n\n` : '';
  const events = entries.map(
    (entry) => `id: ${epoch}-${entry.id}\nevent: ${entry.kind}\ndata: ${JSON.stringify(entry)}\n\n`,
  );
  return reset + events.join('');
}
