import { importRows, type ModelImport } from './imports.ts';
import {
  diff,
  type Expected,
  type Fault,
  findNumber,
  isFault,
  type Model,
  type ModelPart,
  record,
  refusal,
  showPart,
  TEAM,
} from './model.ts';

/** Hours for which an idempotency key is remembered. */
const KEY_LIFETIME = 24;

/** Of a change of one part: its status, whether it is retired, or its content. */
export interface ModelBody {
  readonly status?: string | undefined;
  readonly retired?: boolean | undefined;
  readonly part_number?: string | undefined;
  readonly part_number_prefix?: string | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly reason: string | null;
}

export interface ChangeRequest {
  /** The endpoint that it is sent to. */
  readonly to: 'status' | 'part' | 'parts' | 'imports';
  /** Undefined: a text that is no id. */
  readonly part_id: number | undefined;
  readonly body: ModelBody | ModelImport | Fault;
  /** The versions that If-Match allows; null: any. */
  readonly allowed: readonly number[] | Fault | null;
  readonly key: string | Fault | null;
  readonly request_id: string;
  /** A name in the team. */
  readonly by: string;
}

export function change(model: Model, request: ChangeRequest): [Model, Expected] {
  const { to, body, allowed, key, by, request_id } = request;
  const actor = model.isTeam ? by : null;
  const role = model.isTeam ? TEAM[by] : 'approver';
  if (role === 'reader') return [model, refusal(403, { fault: 'forbidden' })];
  if (isFault(body) || isFault(allowed) || isFault(key)) {
    return [model, refusal(400, ...[body, allowed, key].filter(isFault))];
  }
  if ('rows' in body) return importRows(model, body, { actor, request_id });
  const isForApprovers = isDecision(body) || body.retired !== undefined;
  if (isForApprovers && role !== 'approver') return [model, refusal(403, { fault: 'forbidden' })];
  if (model.isTeam && body.status === 'Rejected' && !body.reason?.trim()) {
    return [model, refusal(400, { fault: 'invalid_status_change' })];
  }
  const { reason } = body;
  if (to === 'parts') return createPart(model, body, { actor, reason, request_id });

  const before = model.parts.find(({ id }) => id === request.part_id);
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
  const [kind, next] = decide(model, before, body);
  if (kind !== 'status_changed' && !diff(before, next)) return [model, showPart(before)];
  const obstacle = findObstacle(model, before, body, actor) ?? findOwner(model, next);
  if (obstacle) return [model, obstacle];
  const [after, part] = record(model, next, { kind, actor, reason, request_id });
  const keys = { part_id: part.id, key: key ?? '', asked, part, at: model.now };
  return [key === null ? after : { ...after, keys: [...model.keys, keys] }, showPart(part)];
}

function isDecision({ status = '' }: ModelBody): boolean {
  return ['Approved', 'Rejected'].includes(status);
}

/** The kind of the change, and the part as it would be. */
function decide({ now }: Model, before: ModelPart, body: ModelBody): [string, ModelPart] {
  const { status, retired, part_number, name, description } = body;
  if (status !== undefined) return ['status_changed', { ...before, status }];
  if (retired !== undefined) {
    const retired_at = retired ? (before.retired_at ?? now.toISOString()) : null;
    return [retired ? 'part_retired' : 'part_restored', { ...before, retired_at }];
  }
  const content = {
    part_number: part_number ?? before.part_number,
    name: name ?? before.name,
    description: description ?? before.description,
  };
  return ['part_edited', { ...before, ...content, status: 'Draft' }];
}

function findObstacle(
  model: Model,
  before: ModelPart,
  body: ModelBody,
  actor: string | null,
): Expected | undefined {
  if (before.retired_at !== null && body.retired === undefined) {
    return refusal(409, { fault: 'part_retired' });
  }
  if (!model.isTeam || !isDecision(body)) return undefined;
  if (before.status !== 'In Review') return refusal(409, { fault: 'not_in_review' });
  if (body.status === 'Approved' && hasContributed(model, before.id, actor)) {
    return refusal(403, { fault: 'self_approval' });
  }
  return undefined;
}

/** Another part that has the number. */
function findOwner(model: Model, { id, part_number }: ModelPart): Expected | undefined {
  const owner = findNumber(model, part_number);
  if (!owner || owner.id === id) return undefined;
  return { ...refusal(409, { fault: 'part_number_taken' }), members: { part_id: owner.id } };
}

/** Whether somebody created, edited or sent the part to review since it was approved last. */
function hasContributed({ audit }: Model, part_id: number, actor: string | null): boolean {
  const history = audit.filter((entry) => entry.part_id === part_id);
  const approved = history.findLastIndex(
    ({ kind, new_status }) => kind === 'status_changed' && new_status === 'Approved',
  );
  return history
    .slice(approved + 1)
    .some(
      (entry) =>
        entry.actor === actor &&
        (['part_created', 'part_edited'].includes(entry.kind) ||
          (entry.kind === 'status_changed' &&
            entry.new_status === 'In Review' &&
            entry.old_status !== 'In Review')),
    );
}

function createPart(
  model: Model,
  { part_number, part_number_prefix = '', name = '', description = '' }: ModelBody,
  said: Omit<Parameters<typeof record>[2], 'kind'>,
): [Model, Expected] {
  const id = model.parts.length + 1;
  const number = part_number ?? chooseNumber(model, part_number_prefix);
  const next = { id, part_number: number, name, description, status: 'Draft', retired_at: null };
  const owner = findNumber(model, number);
  if (owner) {
    const taken = refusal(409, { fault: 'part_number_taken' });
    return [model, { ...taken, members: { part_id: owner.id } }];
  }
  const [after, part] = record(model, next, { kind: 'part_created', ...said });
  return [after, { ...showPart(part), status: 201, location: `/v1/parts/${id}` }];
}

/** The highest number behind the prefix plus 1, with at least four digits. */
function chooseNumber({ parts }: Model, prefix: string): string {
  const numbers = parts
    .filter(({ part_number }) => part_number.toLowerCase().startsWith(prefix.toLowerCase()))
    .map(({ part_number }) => part_number.slice(prefix.length))
    .filter((rest) => /^\d{1,15}$/.test(rest));
  return `${prefix}${String(Math.max(0, ...numbers.map(Number)) + 1).padStart(4, '0')}`;
}
