-- A person may take a decision back: that, too, is a row of its own, after which the checks' own result counts again.

ALTER TABLE decisions ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1));
