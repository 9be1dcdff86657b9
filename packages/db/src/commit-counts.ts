/** What group commit did since the database was opened. */
export interface CommitCounts {
  /** Transactions that were committed. */
  readonly commits: number;
  /** Writes in them: one or more in each. */
  readonly jobs: number;
}
