-- For people who ask the gradebook by SQL: one row per check of every current grade.

CREATE VIEW checks AS
SELECT
    grades.student AS student,
    json_extract(item.value, '$.id') AS check_id,
    json_extract(item.value, '$.task') AS task,
    json_extract(item.value, '$.status') AS status,
    json_extract(item.value, '$.points') AS points,
    json_extract(item.value, '$.points_max') AS points_max,
    json_extract(item.value, '$.decided_by') AS decided_by,
    json_extract(item.value, '$.message') AS message
FROM grades, json_each(grades.body, '$.grade.checks') AS item
WHERE grades.current = 1;
