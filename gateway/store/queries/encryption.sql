-- Encryption at rest: which keys are in use, and bringing everything that is stored to the one for new bodies.

-- name: use_body_key
-- Remembers that bodies may be encrypted with a key from now on.
insert into gateway.body_key (id) values ($1) on conflict (id) do update set retired_at = null;

-- name: body_keys
-- The keys that bodies were ever encrypted with; those without `retired_at` may still be needed.
select id, first_used_at, retired_at from gateway.body_key order by first_used_at;

-- name: begin_recryption
-- Begins to bring the tables to a key, unless that has been begun. $1 the key, $2 the tables.
insert into gateway.recryption as r (name, key, after)
select name, $1, '00000000-0000-0000-0000-000000000000' from unnest($2::text[]) as t(name)
on conflict (name) do update
set key = excluded.key, after = excluded.after, ordinal = -1, found = false, rewritten = 0, finished_at = null
where r.key <> excluded.key;

-- name: recryption
-- How far each table is.
select name, key, after, ordinal, found, rewritten, finished_at from gateway.recryption order by name;

-- name: move_recryption
-- A batch of a table was looked at. $2 and $3 its last row, $4 how many of it were rewritten.
update gateway.recryption set after = $2, ordinal = $3, found = found or $4 > 0, rewritten = rewritten + $4 where name = $1;

-- name: end_recryption
-- A table was gone through: once more if anything was found, for others may have written meanwhile; else it is done.
update gateway.recryption
set after = '00000000-0000-0000-0000-000000000000', ordinal = -1, found = false,
  finished_at = case when found then null else gateway.now() end
where name = $1 returning finished_at;

-- name: retire_body_keys
-- Nothing is encrypted with other keys than this one any more: they may be taken out of the configuration.
update gateway.body_key set retired_at = gateway.now()
where retired_at is null and id <> $1 and not exists (select from gateway.recryption where finished_at is null or key <> $1)
returning id;

-- name: bodies_in_raw_body
-- Rows after one, in order, and whether they are encrypted otherwise than said. $1 and $2 the row, $3 so many, $4 the key; empty: in the clear.
select transmission as id, ordinal, coalesce(gateway.body_key_of_v1(bytes), '') <> $4 as other
from gateway.raw_body where (transmission, ordinal) > ($1, $2) order by transmission, ordinal limit $3;

-- name: bodies_in_transfer_body
-- The same for messages as they went over the wire.
select transfer as id, ordinal, coalesce(gateway.body_key_of_v1(bytes), '') <> $4 as other
from gateway.transfer_body where (transfer, ordinal) > ($1, $2) order by transfer, ordinal limit $3;

-- name: bodies_in_canonical_body
-- The same for canonical documents.
select document as id, 0 as ordinal, coalesce(gateway.body_key_of_v1(json), '') <> $4 as other
from gateway.canonical_body where document > $1 and $2::integer is not null order by document limit $3;

-- name: bodies_in_routed_body
-- The same for what routes made of them.
select document as id, 0 as ordinal, coalesce(gateway.body_key_of_v1(json), '') <> $4 as other
from gateway.routed_body where document > $1 and $2::integer is not null order by document limit $3;

-- name: bodies_in_outbound
-- The same for interchanges of ours.
select id, 0 as ordinal, coalesce(gateway.body_key_of_v1(bytes), '') <> $4 as other
from gateway.outbound where octet_length(bytes) > 0 and id > $1 and $2::integer is not null order by id limit $3;

-- name: hold_raw_body
-- One body, held until it is written again.
select bytes as body from gateway.raw_body where transmission = $1 and ordinal = $2 for update;

-- name: hold_transfer_body
-- The same of a message.
select bytes as body from gateway.transfer_body where transfer = $1 and ordinal = $2 for update;

-- name: hold_canonical_body
-- The same of a canonical document.
select json as body from gateway.canonical_body where document = $1 and $2 = 0 for update;

-- name: hold_routed_body
-- The same of what a route made of it.
select json as body from gateway.routed_body where document = $1 and $2 = 0 for update;

-- name: hold_outbound
-- The same of an interchange of ours.
select bytes as body from gateway.outbound where id = $1 and $2 = 0 and octet_length(bytes) > 0 for update;

-- name: reseal_raw_body
-- A body under another key.
update gateway.raw_body set bytes = $3 where transmission = $1 and ordinal = $2;

-- name: reseal_transfer_body
-- The same of a message.
update gateway.transfer_body set bytes = $3 where transfer = $1 and ordinal = $2;

-- name: reseal_canonical_body
-- The same of a canonical document.
update gateway.canonical_body set json = $3 where document = $1 and $2 = 0;

-- name: reseal_routed_body
-- The same of what a route made of it.
update gateway.routed_body set json = $3 where document = $1 and $2 = 0;

-- name: reseal_outbound
-- The same of an interchange of ours.
update gateway.outbound set bytes = $3 where id = $1 and $2 = 0;
