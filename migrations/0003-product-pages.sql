-- First pages in the default order, rendered, at the version of the product they were made at. A cache: readers join
-- it on equal version, so an old row is never shown, and it may be truncated at any time. A change of the rendering
-- ships with a migration that truncates it.
--
-- A page is kept in its row as it is: 8160 bytes fit a block. The default would compress whatever passes
-- 2 kB and move it out of line, which costs a read several times what it saves.
CREATE TABLE product_pages (
  product_id text COLLATE "C" PRIMARY KEY,
  version    bigint NOT NULL,
  page       text   NOT NULL
) WITH (toast_tuple_target = 8160, fillfactor = 80);
ALTER TABLE product_pages ALTER COLUMN page SET STORAGE EXTERNAL;
