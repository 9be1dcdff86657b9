import { setImmediate } from 'node:timers/promises';
import type { ImportReport } from '@parts/core';
import type { GroupOutcome } from '../../writes/command.ts';
import { decodeError, type ErrorData } from './error-data.ts';

/** Rows of a report that are read in a turn of the event loop: less than 1 ms. */
const ROWS_PER_TURN = 500;

/**
 * What became of a group, as it crosses from the thread: JSON, and behind it the rows of an import. A
 * structured clone takes a quarter more CPU time for a group of 32, and in one piece the report of 5,000
 * rows would hold the event loop for 8 ms, or 5 as JSON.
 */
export type GroupMessage = readonly string[];

export function encodeGroup(group: GroupOutcome<ErrorData>): GroupMessage {
  // An import has a group of its own.
  const report = findReport(group);
  if (!report) return [JSON.stringify(group)];
  const { rows } = report;
  const pieces = Array.from({ length: Math.ceil(rows.length / ROWS_PER_TURN) }, (_, place) =>
    JSON.stringify(rows.slice(place * ROWS_PER_TURN, (place + 1) * ROWS_PER_TURN)),
  );
  const outcomes = [{ result: { ...report, rows: [] } }];
  return [JSON.stringify({ ...group, outcomes }), ...pieces];
}

export async function decodeGroup([text = '', ...pieces]: GroupMessage): Promise<GroupOutcome> {
  const group: GroupOutcome<ErrorData> = JSON.parse(text);
  const report = findReport(group);
  for (const piece of pieces) {
    report?.rows.push(...JSON.parse(piece));
    await setImmediate();
  }
  const outcomes = group.outcomes.map((outcome) =>
    // JSON leaves a result out that is undefined.
    'error' in outcome ? { error: decodeError(outcome.error) } : { result: outcome.result },
  );
  return { ...group, outcomes };
}

function findReport({ outcomes: [outcome] }: GroupOutcome<ErrorData>): ImportReport | undefined {
  const result = outcome && 'result' in outcome ? outcome.result : undefined;
  return result && 'rows' in result ? result : undefined;
}
