-- A filtered page costs the same wherever it is.
CREATE INDEX parts_by_status ON parts (status, id);
