-- Stored pages fill their blocks. The fifth of each block that was left free had room for the next version of a small
-- page only; the others are longer. A block that has lost one version has room for the next. New pages of 30 M reviews
-- take 2.9 GB instead of 3.5 GB; older rows stay where they are until they are written again.
ALTER TABLE product_pages RESET (fillfactor);
