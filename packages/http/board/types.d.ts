// What the scripts of the page share. The API describes what it answers in /openapi.json.
type Part = import('@parts/core').Part;
type AuditEntry = import('@parts/core').AuditEntry;
type Changes = AuditEntry['changes'];
type ImportReport = import('@parts/core').ImportReport;
type Api = ReturnType<typeof import('./api.js').createApi>;

interface ProblemBody {
  title: string;
  detail: string;
  code: string;
  /** The part that has the number already. */
  part_id?: number;
  errors?: { line: number; column?: string; detail: string }[];
}

interface Action {
  action: string;
  /** Why it would be refused; null when it would not. */
  refusal: ProblemBody | null;
  reason_required?: boolean;
}
