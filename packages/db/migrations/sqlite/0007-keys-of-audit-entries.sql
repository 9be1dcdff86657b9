-- A key stands for an audit entry: the first answer is computed from it, instead of kept as JSON.
ALTER TABLE idempotency_keys RENAME TO old_idempotency_keys;

-- Both are never deleted, so a key needs no reference to its part and its entry.
CREATE TABLE idempotency_keys (
  -- Grows with time: the keys that expire first are the first ones.
  audit_id INTEGER PRIMARY KEY NOT NULL,
  part_id INTEGER NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (part_id, key)
) STRICT;

INSERT INTO idempotency_keys
SELECT audit_entries.id, part_id, key, fingerprint, created_at
FROM old_idempotency_keys JOIN audit_entries USING (part_id)
WHERE audit_entries.version = result ->> 'version';

DROP TABLE old_idempotency_keys;

ALTER TABLE audit_generation RENAME TO epoch;
