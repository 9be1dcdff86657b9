import {
  type Expected,
  type Fault,
  isFault,
  type Listing,
  type Model,
  refusal,
  showPart,
} from './model.ts';

const DEFAULT_AUDIT_LIMIT = 100;
const STATUSES = ['Draft', 'In Review', 'Approved', 'Rejected'];

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
    const parts = model.parts.filter(
      (part) =>
        (status === undefined || part.status === status) &&
        (listing.retired === 'any' || part.retired_at === null),
    );
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

/** The number of parts in use that have a status. */
export function countByStatus({ parts }: Model): Expected {
  const inUse = parts.filter(({ retired_at }) => retired_at === null);
  const count = (status: string) => inUse.filter((part) => part.status === status).length;
  return {
    status: 200,
    body: Object.fromEntries(STATUSES.map((status) => [status, count(status)])),
  };
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
