-- Imports gathered what they read in this schema, and one that failed left it there: names, e-mail
-- addresses and texts where no erasure looked. They use temporary tables now, which end with their
-- session.
DROP SCHEMA IF EXISTS importing CASCADE;
