/*
 * What the API promises, said with arrays in memory. Nothing in the files of the model comes from
 * the product's code: where the two disagree, one of them is wrong.
 */

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
  readonly part_number: string;
  readonly name: string;
  readonly description: string;
  readonly status: string;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly retired_at: string | null;
}

interface ModelEntry {
  readonly id: number;
  readonly part_id: number;
  readonly kind: string;
  readonly old_status: string | null;
  readonly new_status: string;
  readonly version: number;
  readonly changes: Readonly<Record<string, unknown>> | null;
  readonly actor: string | null;
  readonly reason: string | null;
  readonly request_id: string;
  readonly changed_at: string;
}

export interface Model {
  /** Whether people have names and roles, need four eyes, and a reason to reject. */
  readonly isTeam: boolean;
  readonly seed: readonly ModelPart[];
  readonly now: Date;
  readonly parts: readonly ModelPart[];
  /** Every part in every version that it had. */
  readonly versions: readonly ModelPart[];
  readonly audit: readonly ModelEntry[];
  readonly keys: readonly {
    readonly part_id: number;
    readonly key: string;
    readonly asked: string;
    readonly part: ModelPart;
    readonly at: Date;
  }[];
}

/** What has to be answered. */
export interface Expected {
  readonly status: number;
  readonly body?: unknown;
  /** Of a problem; any of them will do. */
  readonly codes?: readonly string[];
  /** Of a problem: the members that not every one has. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly version?: number;
  readonly location?: string;
  readonly isReplay?: boolean;
  /** Of a list of parts: the id of the last change that it shows. */
  readonly lastChange?: number;
  /** Of a page that is not the last one: the listing of the next. */
  readonly next?: Listing;
}

export interface Listing {
  readonly of: 'parts' | 'part audit' | 'audit';
  /** With `part audit`. */
  readonly part_id?: number | undefined;
  readonly status?: string | Fault | undefined;
  /** With `parts`. Left out: those in use alone. */
  readonly retired?: 'any' | undefined;
  readonly limit?: number | Fault | undefined;
  /** The last number of the page before: an id, or a version in the audit of a part. */
  readonly after?: number | Fault | undefined;
}

export function createModel(seed: readonly ModelPart[], now: Date, isTeam: boolean): Model {
  return { isTeam, seed, now, parts: seed, versions: seed, audit: [], keys: [] };
}

export function passTime(model: Model, seconds: number): Model {
  return { ...model, now: new Date(model.now.getTime() + seconds * 1000) };
}

export function reset({ seed, now, isTeam }: Model): [Model, Expected] {
  return [createModel(seed, now, isTeam), { status: 200, body: { status: 'reset' } }];
}

export function findNumber({ parts }: Model, part_number: string): ModelPart | undefined {
  return parts.find((part) => part.part_number.toLowerCase() === part_number.toLowerCase());
}

const RECORDED = ['part_number', 'name', 'description', 'retired_at'] as const;

/** The recorded fields in which two versions differ; null when there are none. */
export function diff(before: ModelPart | undefined, after: ModelPart): ModelEntry['changes'] {
  const changes = RECORDED.map(
    (field) => [field, [before?.[field] ?? null, after[field]]] as const,
  );
  const differing = changes.filter(([, [old, value]]) => old !== value);
  return differing.length === 0 ? null : Object.fromEntries(differing);
}

/** Adds the next version of a part, or its first, and the entry of it. */
export function record(
  model: Model,
  next: Omit<ModelPart, 'version' | 'created_at' | 'updated_at'>,
  said: Pick<ModelEntry, 'kind' | 'actor' | 'reason' | 'request_id'>,
): [Model, ModelPart] {
  const before = model.parts.find(({ id }) => id === next.id);
  const changed_at = model.now.toISOString();
  const { id, part_number, name, description, status, retired_at } = next;
  const version = (before?.version ?? 0) + 1;
  const created_at = before?.created_at ?? changed_at;
  const part: ModelPart = {
    ...{ id, part_number, name, description, status, version },
    ...{ created_at, updated_at: changed_at, retired_at },
  };
  const { kind, actor, reason, request_id } = said;
  const entry = {
    id: model.audit.length + 1,
    part_id: part.id,
    kind,
    old_status: before?.status ?? null,
    new_status: part.status,
    version: part.version,
    changes: diff(before, part),
    actor,
    reason,
    request_id,
    changed_at,
  };
  const parts = model.parts.map((other) => (other.id === part.id ? part : other));
  const after = {
    ...model,
    parts: before ? parts : [...parts, part],
    versions: [...model.versions, part],
    audit: [...model.audit, entry],
  };
  return [after, part];
}

export function refusal(status: number, ...faults: readonly Fault[]): Expected {
  return { status, codes: faults.map(({ fault }) => fault) };
}

export function isFault(meaning: unknown): meaning is Fault {
  return typeof meaning === 'object' && meaning !== null && 'fault' in meaning;
}

export function showPart(part: ModelPart): Expected {
  return { status: 200, body: part, version: part.version };
}
