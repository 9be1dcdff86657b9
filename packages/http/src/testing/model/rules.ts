/*
 * What the API promises, said with arrays in memory. Nothing in this file comes from the
 * product's code: where the two disagree, one of them is wrong.
 */

/** Hours for which an idempotency key is remembered. */
const KEY_LIFETIME = 24;
const DEFAULT_AUDIT_LIMIT = 100;

/** The roles of a team, by name; where there is no team, one token without a name does everything. */
export const TEAM: Readonly<Record<string, 'approver' | 'editor' | 'reader'>> = {
  ada: 'approver',
  bob: 'approver',
  eve: 'editor',
  kicad: 'reader',
};

/** Input that has to be refused, and with which code. */
export interface Fault {
  readonly fault: string;
}

export interface ModelPart {
  readonly id: number;
  readonly status: string;
  readonly version: number;
}

interface ModelEntry {
  readonly id: number;
  readonly part_id: number;
  readonly version: number;
  readonly old_status: string;
  readonly new_status: string;
  readonly actor: string | null;
}

export interface Model {
  /** Whether people have names and roles, need four eyes, and a reason to reject. */
  readonly isTeam: boolean;
  readonly seed: readonly ModelPart[];
  readonly now: Date;
  readonly parts: readonly ModelPart[];
  readonly audit: readonly ModelEntry[];
  readonly keys: readonly {
    readonly part_id: number;
    readonly key: string;
    readonly asked: string;
    readonly part: ModelPart;
    readonly at: Date;
  }[];
}

export interface ChangeRequest {
  /** Undefined: a text that is no id. */
  readonly part_id: number | undefined;
  readonly body: { readonly status: string; readonly reason: string | null } | Fault;
  /** The versions that If-Match allows; null: any. */
  readonly allowed: readonly number[] | Fault | null;
  readonly key: string | Fault | null;
  readonly request_id: string;
  /** A name in the team. */
  readonly by: string;
}

export interface Listing {
  readonly of: 'parts' | 'part audit' | 'audit';
  /** With `part audit`. */
  readonly part_id?: number | undefined;
  readonly status?: string | Fault | undefined;
  readonly limit?: number | Fault | undefined;
  /** The last number of the page before: an id, or a version in the audit of a part. */
  readonly after?: number | Fault | undefined;
}

/** What has to be answered. */
export interface Expected {
  readonly status: number;
  readonly body?: unknown;
  /** Of a problem; any of them will do. */
  readonly codes?: readonly string[];
  readonly version?: number;
  readonly isReplay?: boolean;
  /** Of a list of parts: the id of the last change that it shows. */
  readonly lastChange?: number;
  /** Of a page that is not the last one: the listing of the next. */
  readonly next?: Listing;
}

export function createModel(seed: readonly ModelPart[], now: Date, isTeam: boolean): Model {
  return { isTeam, seed, now, parts: seed, audit: [], keys: [] };
}

export function passTime(model: Model, seconds: number): Model {
  return { ...model, now: new Date(model.now.getTime() + seconds * 1000) };
}

export function reset({ seed, now, isTeam }: Model): [Model, Expected] {
  return [createModel(seed, now, isTeam), { status: 200, body: { status: 'reset' } }];
}

export function changeStatus(model: Model, request: ChangeRequest): [Model, Expected] {
  const { part_id, body, allowed, key, request_id } = request;
  const actor = model.isTeam ? request.by : null;
  const role = model.isTeam ? TEAM[request.by] : 'approver';
  if (role === 'reader') return [model, refusal(403, { fault: 'forbidden' })];
  if (isFault(body) || isFault(allowed) || isFault(key)) {
    return [model, refusal(400, ...[body, allowed, key].filter(isFault))];
  }
  const isDecision = ['Approved', 'Rejected'].includes(body.status);
  if (isDecision && role !== 'approver') return [model, refusal(403, { fault: 'forbidden' })];
  if (model.isTeam && body.status === 'Rejected' && !body.reason?.trim()) {
    return [model, refusal(400, { fault: 'invalid_status_change' })];
  }
  const before = model.parts.find(({ id }) => id === part_id);
  if (!before) return [model, refusal(404, { fault: 'part_not_found' })];

  const asked = JSON.stringify([body, allowed, actor]);
  const oldest = model.now.getTime() - KEY_LIFETIME * 3_600_000;
  const kept = model.keys.findLast((k) => k.part_id === before.id && k.key === key);
  if (kept && kept.at.getTime() >= oldest) {
    if (kept.asked !== asked) return [model, refusal(422, { fault: 'idempotency_key_reused' })];
    return [model, { ...showPart(kept.part), isReplay: true }];
  }
  if (allowed && !allowed.includes(before.version)) {
    const conflict = refusal(412, { fault: 'version_conflict' });
    return [model, { ...conflict, version: before.version }];
  }

  if (model.isTeam && isDecision && before.status !== 'In Review') {
    return [model, refusal(409, { fault: 'not_in_review' })];
  }
  if (model.isTeam && body.status === 'Approved' && hasSubmitted(model, before.id, actor)) {
    return [model, refusal(403, { fault: 'self_approval' })];
  }

  const changed_at = model.now.toISOString();
  const version = before.version + 1;
  const part = { ...before, status: body.status, version, updated_at: changed_at };
  const entry = {
    id: model.audit.length + 1,
    part_id: before.id,
    kind: 'status_changed',
    old_status: before.status,
    new_status: body.status,
    version,
    changes: null,
    actor,
    reason: body.reason,
    request_id,
    changed_at,
  };
  const after = {
    ...model,
    parts: model.parts.map((other) => (other.id === part.id ? part : other)),
    audit: [...model.audit, entry],
    keys:
      key === null
        ? model.keys
        : [...model.keys, { part_id: part.id, key, asked, part, at: model.now }],
  };
  return [after, showPart(part)];
}

/** Whether somebody sent the part to review since it was approved last. */
function hasSubmitted({ audit }: Model, part_id: number, actor: string | null): boolean {
  const history = audit.filter((entry) => entry.part_id === part_id);
  const approved = history.findLastIndex(({ new_status }) => new_status === 'Approved');
  return history
    .slice(approved + 1)
    .some(
      (entry) =>
        entry.actor === actor &&
        entry.new_status === 'In Review' &&
        entry.old_status !== 'In Review',
    );
}

/** @param known the versions that If-None-Match names; null: any */
export function getPart(
  model: Model,
  part_id: number | undefined,
  known: readonly number[] | Fault | null,
): Expected {
  const part = model.parts.find(({ id }) => id === part_id);
  if (!part) return refusal(404, { fault: 'part_not_found' });
  const isKnown = known === null || (!isFault(known) && known.includes(part.version));
  return isKnown ? { status: 304, version: part.version } : showPart(part);
}

export function listPage(model: Model, listing: Listing): Expected {
  const { of, part_id, status, limit, after = of === 'part audit' ? Infinity : 0 } = listing;
  if (isFault(status) || isFault(limit) || isFault(after)) {
    return refusal(400, ...[status, limit, after].filter(isFault));
  }
  if (of === 'parts') {
    const parts = model.parts.filter((part) => status === undefined || part.status === status);
    const rest = parts.filter(({ id }) => id > after);
    const page = cutPage(listing, rest, limit ?? Infinity, ({ id }) => id);
    return { ...page, lastChange: model.audit.length };
  }
  if (of === 'audit') {
    const rest = model.audit.filter(({ id }) => id > after);
    return cutPage(listing, rest, limit ?? DEFAULT_AUDIT_LIMIT, ({ id }) => id);
  }
  if (!model.parts.some(({ id }) => id === part_id)) {
    return refusal(404, { fault: 'part_not_found' });
  }
  const entries = model.audit.filter((entry) => entry.part_id === part_id).reverse();
  const rest = entries.filter(({ version }) => version < after);
  return cutPage(listing, rest, limit ?? DEFAULT_AUDIT_LIMIT, ({ version }) => version);
}

export function countAll({ parts, audit }: Model): Expected {
  return { status: 200, body: { parts_count: parts.length, audit_count: audit.length } };
}

export function refusal(status: number, ...faults: readonly Fault[]): Expected {
  return { status, codes: faults.map(({ fault }) => fault) };
}

function isFault(meaning: unknown): meaning is Fault {
  return typeof meaning === 'object' && meaning !== null && 'fault' in meaning;
}

function showPart(part: ModelPart): Expected {
  return { status: 200, body: part, version: part.version };
}

function cutPage<Item>(
  listing: Listing,
  rest: readonly Item[],
  limit: number,
  place: (item: Item) => number,
): Expected {
  const body = rest.slice(0, limit);
  const last = body.at(-1);
  if (body.length === rest.length || last === undefined) return { status: 200, body };
  return { status: 200, body, next: { ...listing, limit, after: place(last) } };
}
