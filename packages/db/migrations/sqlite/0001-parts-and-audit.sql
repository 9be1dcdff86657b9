CREATE TABLE parts (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  part_number TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('Draft', 'In Review', 'Approved', 'Rejected')),
  version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE audit_entries (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  part_id INTEGER NOT NULL REFERENCES parts (id),
  old_status TEXT NOT NULL CHECK (old_status IN ('Draft', 'In Review', 'Approved', 'Rejected')),
  new_status TEXT NOT NULL CHECK (new_status IN ('Draft', 'In Review', 'Approved', 'Rejected')),
  version INTEGER NOT NULL CHECK (version >= 2),
  reason TEXT,
  request_id TEXT,
  changed_at TEXT NOT NULL,
  -- Two changes can't both lead to the same version: a lost update fails here.
  UNIQUE (part_id, version)
) STRICT;

CREATE TRIGGER parts_version_grows_by_one
BEFORE UPDATE ON parts
WHEN NEW.version <> OLD.version + 1
BEGIN
  SELECT RAISE (ABORT, 'the version of a part grows by 1 with each change');
END;

CREATE TRIGGER audit_entries_record_a_change
BEFORE INSERT ON audit_entries
WHEN NOT EXISTS (
  SELECT 1 FROM parts
  WHERE id = NEW.part_id AND version = NEW.version AND status = NEW.new_status
)
BEGIN
  SELECT RAISE (ABORT, 'an audit entry records the change that was just made');
END;

CREATE TRIGGER audit_entries_are_never_updated
BEFORE UPDATE ON audit_entries
BEGIN
  SELECT RAISE (ABORT, 'the audit is append-only');
END;

CREATE TRIGGER audit_entries_are_never_deleted
BEFORE DELETE ON audit_entries
BEGIN
  SELECT RAISE (ABORT, 'the audit is append-only');
END;
