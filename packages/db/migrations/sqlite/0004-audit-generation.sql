-- One row that names the life of the audit from one reset to the next: a reset
-- runs this again and gets another name.
CREATE TABLE audit_generation (name TEXT NOT NULL) STRICT;

INSERT INTO audit_generation VALUES (lower(hex(randomblob(6))));
