-- Loose files of the graded folder that were nobody's when a session began, as a JSON list; NULL where nobody looked.

ALTER TABLE sessions ADD COLUMN nobodys TEXT;
