-- The statuses become a table, which is filled whenever the database is opened: one more needs no
-- migration. What changes a part, and what may not, is in guards.sql.
CREATE TABLE statuses (name TEXT PRIMARY KEY NOT NULL) STRICT, WITHOUT ROWID;

INSERT INTO statuses
SELECT status FROM parts
UNION SELECT old_status FROM audit_entries
UNION SELECT new_status FROM audit_entries;

DROP INDEX parts_by_status;
ALTER TABLE idempotency_keys RENAME TO old_idempotency_keys;
ALTER TABLE audit_entries RENAME TO old_audit_entries;
ALTER TABLE parts RENAME TO old_parts;

-- Rows are never deleted, so no id comes twice even without AUTOINCREMENT, whose counter anybody could alter.
CREATE TABLE parts (
  id INTEGER PRIMARY KEY NOT NULL,
  part_number TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  status TEXT NOT NULL REFERENCES statuses (name),
  version INTEGER NOT NULL DEFAULT 1,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE audit_entries (
  id INTEGER PRIMARY KEY NOT NULL,
  part_id INTEGER NOT NULL REFERENCES parts (id),
  old_status TEXT NOT NULL REFERENCES statuses (name),
  new_status TEXT NOT NULL REFERENCES statuses (name),
  version INTEGER NOT NULL,
  reason TEXT,
  request_id TEXT,
  changed_at TEXT NOT NULL,
  -- Two changes can't both lead to the same version: a lost update fails here.
  UNIQUE (part_id, version)
) STRICT;

-- A part is never deleted, so a key needs no reference to it.
CREATE TABLE idempotency_keys (
  -- Grows with time: the records that expire first are the first ones.
  id INTEGER PRIMARY KEY NOT NULL,
  part_id INTEGER NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  -- The part as JSON, as the first request saw it.
  result TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (part_id, key)
) STRICT;

INSERT INTO parts SELECT * FROM old_parts;
INSERT INTO audit_entries SELECT * FROM old_audit_entries;
-- By name, since the first programs of schemas 3 to 5 had no id.
INSERT INTO idempotency_keys (part_id, key, fingerprint, result, created_at)
SELECT part_id, key, fingerprint, result, created_at FROM old_idempotency_keys ORDER BY created_at;

DROP TABLE old_idempotency_keys;
DROP TABLE old_audit_entries;
DROP TABLE old_parts;

CREATE INDEX parts_by_status ON parts (status, id);
