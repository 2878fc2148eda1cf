-- Who was on the roster and had handed in nothing when a session began, as a JSON list; NULL where nobody looked, as in a regrade.
-- With it the class page can be made again without the folder of submissions.

ALTER TABLE sessions ADD COLUMN missing TEXT;
