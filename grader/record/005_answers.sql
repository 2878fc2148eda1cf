-- A decision about a written answer knows which answer and which rubric: it holds wherever that answer stands, and is repeated for
-- the same answer of somebody else. `repeats` names the student about whom the person really decided.

ALTER TABLE decisions ADD COLUMN answer TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN rubric TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN repeats TEXT NOT NULL DEFAULT '';

CREATE INDEX decisions_of_answer ON decisions (answer, check_id) WHERE answer <> '';
