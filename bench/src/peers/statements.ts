/** What both peers say to SQLite. */
export interface PartRow {
  readonly id: number;
  readonly part_number: string;
  readonly name: string;
  readonly description: string;
  readonly status: string;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface AuditRow {
  readonly part_id: number;
  readonly old_status: string;
  readonly new_status: string;
  readonly version: number;
  readonly request_id: string;
  readonly changed_at: string;
}

export const STATUSES: ReadonlySet<unknown> = new Set([
  'Draft',
  'In Review',
  'Approved',
  'Rejected',
]);

export const partUpdate =
  'UPDATE parts SET status = @status, version = @version, updated_at = @updated_at WHERE id = @id';

export const auditInsert = `
  INSERT INTO audit_entries (part_id, old_status, new_status, version, request_id, changed_at)
  VALUES (@part_id, @old_status, @new_status, @version, @request_id, @changed_at)`;
