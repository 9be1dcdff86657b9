import type { Change } from './change.ts';
import { type ChangeContext, claimKey } from './change-context.ts';
import { PartsError, partNotFound } from './errors.ts';
import type { Import } from './import.ts';
import { parseImportRows } from './import-input.ts';
import { cutPage, pageOf } from './page.ts';
import { isPartId, type Part } from './part.ts';
import { foreseeActions } from './part-actions.ts';
import { parseCreationInput, parseEditInput } from './part-input.ts';
import type { PartsService } from './parts-service.ts';
import { restoreVersion } from './restore-version.ts';
import { parseStatusChangeInput } from './status-change-input.ts';
import type { Storage } from './storage.ts';
import { checkReason, NO_RULES, type Rules } from './team-rules.ts';

/** Tells the time as RFC 3339 in UTC with milliseconds. */
export type Clock = () => string;

/** Binds the use cases to a storage, a clock and the rules of a team. */
export function createPartsService(options: {
  readonly storage: Pick<Storage, 'parts' | 'audit'>;
  /** Called once for each change. */
  readonly clock: Clock;
  /** Default: {@link NO_RULES}. */
  readonly rules?: Rules;
}): PartsService {
  const { storage, clock, rules = NO_RULES } = options;

  async function getPart(id: number): Promise<Part> {
    const part = isPartId(id) ? await storage.parts.find(id) : undefined;
    if (!part) throw partNotFound();
    return part;
  }

  /** What all changes carry. */
  const describe = (context: ChangeContext, reason: string | null | undefined) => ({
    actor: context.actor ?? null,
    reason: reason ?? null,
    requestId: context.requestId ?? null,
    changedAt: clock(),
  });

  /** What all changes of a part carry. @param meaning equal for requests that ask for the same */
  const describeOfPart = (
    partId: number,
    context: ChangeContext,
    reason: string | null | undefined,
    meaning: readonly unknown[],
  ) => {
    if (!isPartId(partId)) throw partNotFound();
    return {
      ...describe(context, reason),
      partId,
      expectedVersions: context.expectedVersions ?? null,
      idempotency: claimKey(context, meaning),
    };
  };

  const change = (change: Change, { signal }: ChangeContext) =>
    storage.parts.change(change, signal);

  return {
    getPart,

    async listParts({ limit, ...query } = {}) {
      const wider = limit === undefined ? query : { ...query, limit: limit + 1 };
      const { parts, position } = await storage.parts.listWithPosition(wider);
      return { ...cutPage(parts, byId, limit), position };
    },

    findPosition: () => storage.audit.findEnd(),

    streamParts: (filter = {}) => storage.parts.stream(filter),

    maxStreams: storage.parts.maxStreams,

    async foreseeActions(id, actor) {
      const part = await getPart(id);
      // Entries of later versions are left out.
      const readHistory = () => storage.audit.listOfPart(id, { after: part.version + 1 });
      return { part, outlooks: await foreseeActions(part, actor, rules, readHistory) };
    },

    async changeStatus(id, input, context = {}) {
      const { status, reason } = parseStatusChangeInput(input);
      checkReason(rules, status, reason, 'invalid_status_change');
      const described = describeOfPart(id, context, reason, [status, reason ?? null]);
      const { approval } = rules;
      return change({ kind: 'status_changed', ...described, status, approval }, context);
    },

    async createPart(input, context = {}) {
      const { number, content, reason } = parseCreationInput(input, rules.partNumberPattern);
      const creation = {
        kind: 'part_created',
        ...describe(context, reason),
        number,
        content,
      } as const;
      return (await change(creation, context)).part;
    },

    async editPart(id, input, context = {}) {
      const { retired, content, reason } = parseEditInput(input, rules.partNumberPattern);
      const isEdit = retired === undefined;
      checkReason(rules, isEdit ? 'edit' : 'retire', reason, 'invalid_part');
      const meaning = ['edit', retired ?? null, content, reason ?? null];
      const described = describeOfPart(id, context, reason, meaning);
      if (isEdit) return change({ kind: 'part_edited', ...described, content }, context);
      return change({ kind: retired ? 'part_retired' : 'part_restored', ...described }, context);
    },

    async importParts(source, { existing, dryRun }, context = {}) {
      const rows = await parseImportRows(source, rules.partNumberPattern);
      const { reason, ...described } = describe(context, null);
      const isReasonRequired = rules.reasonRequired.includes('edit');
      const batch: Import = { ...described, rows, existing, dryRun, isReasonRequired };
      return storage.parts.import(batch, context.signal);
    },

    async getVersion(id, version) {
      const part = await getPart(id);
      const isThere = Number.isSafeInteger(version) && version >= 1 && version <= part.version;
      if (!isThere) throw new PartsError('part_not_found', 'the part does not have this version');
      const history = await storage.audit.listOfPart(id, {
        after: part.version + 1,
        limit: part.version - version + 1,
      });
      return restoreVersion(part, version, history);
    },

    async listPartAudit(id, range = {}) {
      await getPart(id);
      return pageOf(range, byVersion, (wider) => storage.audit.listOfPart(id, wider));
    },

    listAudit: (range = {}) => pageOf(range, byId, (wider) => storage.audit.list(wider)),
  };
}

const byId = ({ id }: { readonly id: number }) => id;
const byVersion = ({ version }: { readonly version: number }) => version;
