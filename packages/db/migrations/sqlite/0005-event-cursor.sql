-- How far the event handler has come: the id of the last audit entry that it handled.
CREATE TABLE event_cursor (audit_id INTEGER NOT NULL) STRICT;

INSERT INTO event_cursor VALUES (0);
