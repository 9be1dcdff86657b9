-- The triggers: the insert of audit entries is the only way to change parts, so neither half can be
-- without the other, whatever statement on rows comes, also from a shell. They do not stop who may
-- drop or create triggers. They are set after the seed, whose parts are not all drafts.
--
-- Not guarded, since no change and no entry depends on them: idempotency_keys, event_cursor, audit_head,
-- and one more status.

CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE OR REPLACE TRIGGER statuses_are_never_changed
BEFORE UPDATE OR DELETE OR TRUNCATE ON statuses
FOR EACH STATEMENT EXECUTE FUNCTION refuse('parts and entries refer to the statuses');

CREATE OR REPLACE TRIGGER audit_is_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
FOR EACH STATEMENT EXECUTE FUNCTION refuse('the audit is append-only');

CREATE OR REPLACE TRIGGER parts_are_never_deleted
BEFORE DELETE OR TRUNCATE ON parts
FOR EACH STATEMENT EXECUTE FUNCTION refuse('parts are never deleted');

-- Depth 0 is a statement that no trigger made.
CREATE OR REPLACE TRIGGER parts_change_by_audit_entries
BEFORE INSERT OR UPDATE ON parts
FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0)
EXECUTE FUNCTION refuse('a part changes by the insert of an audit entry only');

-- Creates and changes the parts of the entries that a statement inserted. Several entries of one part
-- are applied one after the other; each must go on from the part as the one before left it.
-- The settings and the list of ids bound the work by the entries, however many parts there are: plans are
-- made while the tables are empty, and serve later.
CREATE OR REPLACE FUNCTION change_parts_by_audit_entries() RETURNS trigger
LANGUAGE plpgsql
SET jit = off SET enable_seqscan = off SET enable_mergejoin = off SET enable_nestloop = off
SET enable_hashjoin = on SET enable_bitmapscan = on AS $$
DECLARE
  entries bigint;
  created bigint;
  first_id bigint;
  last_id bigint;
  part_ids bigint[];
  last_part bigint;
  applied bigint := 0;
  step bigint;
BEGIN
  SELECT count(*), count(*) FILTER (WHERE kind = 'part_created'), min(id), max(id), array_agg(part_id)
  INTO entries, created, first_id, last_id, part_ids FROM added;
  IF entries = 0 THEN RETURN NULL; END IF;

  IF last_id - first_id + 1 <> entries OR first_id - 1 <> coalesce(
    (SELECT id FROM audit_entries WHERE id < first_id ORDER BY id DESC LIMIT 1), 0
  ) THEN
    RAISE EXCEPTION 'the ids of audit entries have no gaps'
    USING ERRCODE = 'integrity_constraint_violation';
  END IF;

  IF EXISTS (SELECT FROM added WHERE new_status NOT IN (SELECT name FROM statuses)) THEN
    RAISE EXCEPTION 'there is no such status' USING ERRCODE = 'integrity_constraint_violation';
  END IF;

  IF created > 0 THEN
    last_part := coalesce((SELECT id FROM parts ORDER BY id DESC LIMIT 1), 0);
    INSERT INTO parts
      (id, part_number, name, description, status, version, created_at, updated_at)
    SELECT part_id, changes #>> '{part_number,1}', changes #>> '{name,1}',
      changes #>> '{description,1}', new_status, version, changed_at, changed_at
    FROM (SELECT *, row_number() OVER (ORDER BY id) AS place FROM added WHERE kind = 'part_created') c
    WHERE part_id = last_part + place AND version = 1 AND old_status IS NULL AND new_status = 'Draft';
    GET DIAGNOSTICS applied = ROW_COUNT;
  END IF;

  WHILE applied < entries LOOP
    UPDATE parts p SET
      part_number = coalesce(e.changes #>> '{part_number,1}', p.part_number),
      name = coalesce(e.changes #>> '{name,1}', p.name),
      description = coalesce(e.changes #>> '{description,1}', p.description),
      status = e.new_status,
      version = e.version,
      updated_at = e.changed_at,
      retired_at = CASE e.kind
        WHEN 'part_retired' THEN e.changed_at WHEN 'part_restored' THEN NULL ELSE p.retired_at
      END
    FROM added e
    WHERE p.id = ANY (part_ids) AND p.id = e.part_id AND p.version = e.version - 1 AND p.status = e.old_status
      AND p.updated_at <= e.changed_at
      AND CASE e.kind
        WHEN 'status_changed' THEN p.retired_at IS NULL AND e.changes IS NULL
        WHEN 'part_edited' THEN p.retired_at IS NULL AND e.new_status = 'Draft'
          AND e.changes IS NOT NULL
          AND coalesce(e.changes #>> '{part_number,0}', p.part_number) = p.part_number
          AND coalesce(e.changes #>> '{name,0}', p.name) = p.name
          AND coalesce(e.changes #>> '{description,0}', p.description) = p.description
        WHEN 'part_retired' THEN p.retired_at IS NULL AND e.new_status = p.status
          AND e.changes::jsonb = jsonb_build_object('retired_at', jsonb_build_array(NULL, e.changed_at))
        WHEN 'part_restored' THEN p.retired_at IS NOT NULL AND e.new_status = p.status
          AND e.changes::jsonb = jsonb_build_object('retired_at', jsonb_build_array(p.retired_at, NULL))
        ELSE false
      END;
    GET DIAGNOSTICS step = ROW_COUNT;
    EXIT WHEN step = 0;
    applied := applied + step;
  END LOOP;

  IF applied <> entries THEN
    RAISE EXCEPTION 'an audit entry goes on from the part as it is'
    USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  -- A hint for the feeds of other servers; it reaches them with the commit.
  PERFORM pg_notify('parts_audit', '');
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER audit_entries_change_parts
AFTER INSERT ON audit_entries REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION change_parts_by_audit_entries();
