-- What an administrator of the database wants to be told before it hurts.

-- name: dead_rows
-- How many rows of each table are dead: what autovacuum has still to clean. $1 tables with fewer do not matter.
select relname as name, n_live_tup as live, n_dead_tup as dead, greatest(last_autovacuum, last_vacuum) as cleaned
from pg_stat_user_tables where schemaname = 'gateway' and n_dead_tup >= $1 order by n_dead_tup desc;

-- name: connection_room
-- How many connections the server takes, for how many of them one must be a superuser, how many there are, and how many are ours.
select current_setting('max_connections')::integer as most,
  current_setting('superuser_reserved_connections')::integer
    + coalesce(current_setting('reserved_connections', true), '0')::integer as reserved,
  (select count(*) from pg_stat_activity where backend_type = 'client backend') as open,
  (select count(*) from pg_stat_activity where application_name = 'edi-gateway') as ours,
  coalesce(nullif((select rolconnlimit from pg_roles where rolname = current_user), -1),
    current_setting('max_connections')::integer) as allowed;
