-- Why a session was held: to run notebooks and grade them, or to judge stored observations again ("regrade"), which can be undone.

ALTER TABLE sessions ADD COLUMN kind TEXT NOT NULL DEFAULT 'grade';
