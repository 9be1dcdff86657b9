-- The triggers of the database: these and no others. The insert of an audit entry is the only way
-- to change a part, so neither half can be without the other, whatever statement on rows comes, also
-- from a shell that has foreign keys off, or that says OR REPLACE, which deletes without a trigger.
-- They are set after the seed, whose parts are not all drafts.
--
-- Not guarded, since no change and no entry depends on them:
--   statuses          may get one more;
--   parts             may get one more, as a draft;
--   idempotency_keys  a key that is missing lets a retry count again;
--   event_cursor      another place lets events come again, or skips them;
--   epoch             another name makes followers read the audit from the start.

CREATE TRIGGER statuses_are_never_updated
BEFORE UPDATE ON statuses
BEGIN
  SELECT RAISE (ABORT, 'parts and entries refer to the statuses');
END;

CREATE TRIGGER statuses_are_never_deleted
BEFORE DELETE ON statuses
BEGIN
  SELECT RAISE (ABORT, 'parts and entries refer to the statuses');
END;

CREATE TRIGGER parts_begin_as_drafts
BEFORE INSERT ON parts
WHEN NEW.status IS NOT 'Draft' OR NEW.version IS NOT 1
  OR EXISTS (SELECT 1 FROM parts WHERE id = NEW.id OR part_number = NEW.part_number)
BEGIN
  SELECT RAISE (ABORT, 'a part begins as a draft with version 1, and replaces no other');
END;

CREATE TRIGGER parts_change_with_an_audit_entry
BEFORE UPDATE ON parts
WHEN NOT EXISTS (
    SELECT 1 FROM audit_entries
    WHERE part_id = OLD.id AND version = OLD.version + 1 AND version = NEW.version
      AND old_status = OLD.status AND new_status = NEW.status AND changed_at = NEW.updated_at
  )
  OR (NEW.id, NEW.part_number, NEW.name, NEW.description, NEW.created_at)
    IS NOT (OLD.id, OLD.part_number, OLD.name, OLD.description, OLD.created_at)
BEGIN
  SELECT RAISE (ABORT, 'a part changes by the insert of an audit entry only');
END;

CREATE TRIGGER parts_are_never_deleted
BEFORE DELETE ON parts
BEGIN
  SELECT RAISE (ABORT, 'parts are never deleted');
END;

CREATE TRIGGER audit_entries_follow_the_part
BEFORE INSERT ON audit_entries
WHEN EXISTS (SELECT 1 FROM audit_entries WHERE id = NEW.id)
  OR NOT EXISTS (SELECT 1 FROM statuses WHERE name = NEW.new_status)
  OR NOT EXISTS (
    SELECT 1 FROM parts
    WHERE id = NEW.part_id AND version = NEW.version - 1 AND status = NEW.old_status
      AND updated_at <= NEW.changed_at
  )
BEGIN
  SELECT RAISE (ABORT, 'an audit entry goes on from the part as it is, and replaces no other');
END;

CREATE TRIGGER audit_entries_change_the_part
AFTER INSERT ON audit_entries
BEGIN
  SELECT RAISE (ABORT, 'the ids of audit entries have no gaps')
  WHERE NEW.id <> 1 AND NOT EXISTS (SELECT 1 FROM audit_entries WHERE id = NEW.id - 1);

  UPDATE parts SET status = NEW.new_status, version = NEW.version, updated_at = NEW.changed_at
  WHERE id = NEW.part_id;

  -- OR IGNORE, or another trigger, could have left the part as it was.
  SELECT RAISE (ABORT, 'the part did not change with its audit entry')
  WHERE NOT EXISTS (SELECT 1 FROM parts WHERE id = NEW.part_id AND version = NEW.version);
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
