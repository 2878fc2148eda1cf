-- The gradebook: who graded when, every grade ever given, and what people decided.
-- `body` is the whole Record as JSON (record/codec.py); the columns beside it are copies, for reading by hand and for constraints.

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    assignment TEXT NOT NULL,
    sheet_digest TEXT NOT NULL,
    versions TEXT NOT NULL,
    started TEXT NOT NULL,
    finished TEXT
);

CREATE TABLE grades (
    id INTEGER PRIMARY KEY,
    student TEXT NOT NULL,
    session INTEGER NOT NULL REFERENCES sessions (id),
    saved TEXT NOT NULL,
    current INTEGER NOT NULL CHECK (current IN (0, 1)),
    replaces INTEGER REFERENCES grades (id), -- the grade that was current before; what `undo` goes back to
    digest TEXT NOT NULL,
    run_id TEXT NOT NULL,
    outcome TEXT,
    points REAL NOT NULL,
    points_max REAL NOT NULL,
    points_pending REAL NOT NULL,
    level TEXT NOT NULL,
    body TEXT NOT NULL
);

-- One grade counts; the older ones are history.
CREATE UNIQUE INDEX one_current_grade ON grades (student) WHERE current = 1;
CREATE INDEX grades_of_student ON grades (student, id);

CREATE TABLE decisions (
    id INTEGER PRIMARY KEY,
    student TEXT NOT NULL,
    check_id TEXT NOT NULL,
    points REAL NOT NULL,
    reason TEXT NOT NULL,
    person TEXT NOT NULL,
    decided TEXT NOT NULL,
    digest TEXT NOT NULL
);

CREATE INDEX decisions_of_student ON decisions (student, id);

-- A person's word is never rewritten: a later one stands beside it.
CREATE TRIGGER decisions_are_kept BEFORE UPDATE ON decisions
BEGIN
    SELECT RAISE(ABORT, 'decisions are only ever added');
END;

CREATE TRIGGER decisions_stay BEFORE DELETE ON decisions
BEGIN
    SELECT RAISE(ABORT, 'decisions are only ever added');
END;
