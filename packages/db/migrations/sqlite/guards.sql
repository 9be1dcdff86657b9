-- The triggers of the database: these and no others. The insert of an audit entry is the only way
-- to change a part, so neither half can be without the other, whatever statement on rows comes, also
-- from a shell that has foreign keys off, or that says OR REPLACE, which deletes without a trigger.
-- They are set after the seed, whose parts are not all drafts.
--
-- Not guarded, since no change and no entry depends on them:
--   statuses          may get one more;
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

CREATE TRIGGER parts_begin_with_an_audit_entry
BEFORE INSERT ON parts
WHEN NOT EXISTS (
    SELECT 1 FROM audit_entries
    WHERE part_id = NEW.id AND kind = 'part_created' AND version = NEW.version
      AND new_status = NEW.status AND changed_at = NEW.created_at AND changed_at = NEW.updated_at
      AND changes ->> '$.part_number[1]' = NEW.part_number AND changes ->> '$.name[1]' = NEW.name
      AND changes ->> '$.description[1]' = NEW.description
  )
  OR NEW.retired_at IS NOT NULL
  OR EXISTS (SELECT 1 FROM parts WHERE id = NEW.id OR part_number = NEW.part_number)
BEGIN
  SELECT RAISE (ABORT, 'a part begins by the insert of an audit entry, and replaces no other');
END;

CREATE TRIGGER parts_change_with_an_audit_entry
BEFORE UPDATE ON parts
WHEN NOT EXISTS (
    SELECT 1 FROM audit_entries
    WHERE part_id = OLD.id AND version = OLD.version + 1 AND version = NEW.version
      AND old_status = OLD.status AND new_status = NEW.status AND changed_at = NEW.updated_at
      AND coalesce(changes ->> '$.part_number[1]', OLD.part_number) = NEW.part_number
      AND coalesce(changes ->> '$.name[1]', OLD.name) = NEW.name
      AND coalesce(changes ->> '$.description[1]', OLD.description) = NEW.description
      AND CASE kind
        WHEN 'part_retired' THEN changed_at WHEN 'part_restored' THEN NULL ELSE OLD.retired_at
      END IS NEW.retired_at
  )
  OR (NEW.id, NEW.created_at) IS NOT (OLD.id, OLD.created_at)
  -- An update that replaces another part would delete it without a trigger.
  OR EXISTS (SELECT 1 FROM parts WHERE part_number = NEW.part_number AND id <> NEW.id)
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
  OR CASE NEW.kind
    WHEN 'part_created' THEN NEW.version <> 1 OR NEW.old_status IS NOT NULL
      OR NEW.new_status <> 'Draft'
      OR NEW.part_id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM parts)
    ELSE NOT EXISTS (
      SELECT 1 FROM parts
      WHERE id = NEW.part_id AND version = NEW.version - 1 AND status = NEW.old_status
        AND updated_at <= NEW.changed_at
        AND coalesce(NEW.changes ->> '$.part_number[0]', part_number) = part_number
        AND coalesce(NEW.changes ->> '$.name[0]', name) = name
        AND coalesce(NEW.changes ->> '$.description[0]', description) = description
        AND CASE NEW.kind
          WHEN 'status_changed' THEN retired_at IS NULL AND NEW.changes IS NULL
          WHEN 'part_edited' THEN retired_at IS NULL AND NEW.new_status = 'Draft'
            AND NEW.changes IS NOT NULL
          WHEN 'part_retired' THEN retired_at IS NULL AND NEW.new_status = status
            AND NEW.changes = json_object('retired_at', json_array(NULL, NEW.changed_at))
          WHEN 'part_restored' THEN retired_at IS NOT NULL AND NEW.new_status = status
            AND NEW.changes = json_object('retired_at', json_array(retired_at, NULL))
          ELSE false
        END
    )
  END
BEGIN
  SELECT RAISE (ABORT, 'an audit entry goes on from the part as it is, and replaces no other');
END;

CREATE TRIGGER audit_entries_change_the_part
AFTER INSERT ON audit_entries
BEGIN
  SELECT RAISE (ABORT, 'the ids of audit entries have no gaps')
  WHERE NEW.id <> 1 AND NOT EXISTS (SELECT 1 FROM audit_entries WHERE id = NEW.id - 1);

  INSERT INTO parts (id, part_number, name, description, status, version, created_at, updated_at)
  SELECT NEW.part_id, NEW.changes ->> '$.part_number[1]', NEW.changes ->> '$.name[1]',
    NEW.changes ->> '$.description[1]', NEW.new_status, NEW.version, NEW.changed_at, NEW.changed_at
  WHERE NEW.kind = 'part_created';

  UPDATE parts SET
    part_number = coalesce(NEW.changes ->> '$.part_number[1]', part_number),
    name = coalesce(NEW.changes ->> '$.name[1]', name),
    description = coalesce(NEW.changes ->> '$.description[1]', description),
    status = NEW.new_status,
    version = NEW.version,
    updated_at = NEW.changed_at,
    retired_at = CASE NEW.kind
      WHEN 'part_retired' THEN NEW.changed_at WHEN 'part_restored' THEN NULL ELSE retired_at
    END
  WHERE id = NEW.part_id AND NEW.kind <> 'part_created';

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
