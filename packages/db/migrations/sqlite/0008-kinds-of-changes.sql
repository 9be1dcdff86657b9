-- A part can be created, edited and retired; its number is unique without regard to ASCII case. An
-- entry says what kind of change it records, who made it and which fields changed.
DROP INDEX parts_by_status;
ALTER TABLE audit_entries RENAME TO old_audit_entries;
ALTER TABLE parts RENAME TO old_parts;

CREATE TABLE parts (
  id INTEGER PRIMARY KEY NOT NULL,
  part_number TEXT NOT NULL COLLATE NOCASE UNIQUE,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  status TEXT NOT NULL REFERENCES statuses (name),
  version INTEGER NOT NULL DEFAULT 1,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  retired_at TEXT
) STRICT;

CREATE TABLE audit_entries (
  id INTEGER PRIMARY KEY NOT NULL,
  part_id INTEGER NOT NULL REFERENCES parts (id),
  kind TEXT NOT NULL,
  -- NULL for a creation.
  old_status TEXT REFERENCES statuses (name),
  new_status TEXT NOT NULL REFERENCES statuses (name),
  version INTEGER NOT NULL,
  -- {"name": ["old", "new"]} as JSON: the fields that changed beside the status.
  changes TEXT,
  actor TEXT,
  reason TEXT,
  request_id TEXT,
  changed_at TEXT NOT NULL,
  -- Two changes can't both lead to the same version: a lost update fails here.
  UNIQUE (part_id, version)
) STRICT;

INSERT INTO parts SELECT *, NULL FROM old_parts;
INSERT INTO audit_entries
SELECT id, part_id, 'status_changed', old_status, new_status, version, NULL, NULL, reason, request_id, changed_at
FROM old_audit_entries;

DROP TABLE old_audit_entries;
DROP TABLE old_parts;

CREATE INDEX parts_by_status ON parts (status, id);
