/** What had to be done to the schema while opening: nothing when both are equal. */
export interface SchemaUpdate {
  /** Version of the schema that was found; 0 for a new database, which also got the seed. */
  readonly migratedFrom: number;
  /** Version of the schema now. */
  readonly migratedTo: number;
}
