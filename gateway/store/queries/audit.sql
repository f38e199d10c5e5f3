-- Who did what, and the chain of seals. What is sealed of a line is its text: all its columns as a JSON array, the time in
-- microseconds since 1970, so that neither settings nor releases of PostgreSQL change it.

-- name: write_line
-- Adds a line.
insert into gateway.audit (actor, action, subject, detail) values ($1, $2, $3, $4);

-- name: audit_lines
-- Lines, the newest first. $1 after, $2 until, $3 before this id, $4 so many, $5 action.
select a.id, a.at, a.actor, a.action, a.subject, a.detail, s.ordinal as sealed
from gateway.audit a left join gateway.audit_seal s on s.line = a.id
where ($5::text is null or a.action = $5) and ($1::timestamptz is null or a.at >= $1) and ($2::timestamptz is null or a.at < $2)
  and a.id < coalesce($3::bigint, 9223372036854775807)
order by a.id desc limit $4;

-- name: audit_lines_by
-- The same of one who did something: $6. It has an index, and so a query of its own: a plan for all cases would not use it.
select a.id, a.at, a.actor, a.action, a.subject, a.detail, s.ordinal as sealed
from gateway.audit a left join gateway.audit_seal s on s.line = a.id
where a.actor = $6 and ($5::text is null or a.action = $5) and ($1::timestamptz is null or a.at >= $1)
  and ($2::timestamptz is null or a.at < $2) and a.id < coalesce($3::bigint, 9223372036854775807)
order by a.id desc limit $4;

-- name: audit_lines_about
-- The same about one thing: $6, done by $7 or by anybody.
select a.id, a.at, a.actor, a.action, a.subject, a.detail, s.ordinal as sealed
from gateway.audit a left join gateway.audit_seal s on s.line = a.id
where a.subject = $6 and ($7::text is null or a.actor = $7) and ($5::text is null or a.action = $5)
  and ($1::timestamptz is null or a.at >= $1) and ($2::timestamptz is null or a.at < $2)
  and a.id < coalesce($3::bigint, 9223372036854775807)
order by a.id desc limit $4;

-- name: lock_seals
-- One at a time makes seals, until its transaction ends.
select pg_advisory_xact_lock(hashtextextended('gateway.audit_seal', 19));

-- name: last_seal
-- The end of the chain.
select ordinal, hash from gateway.audit_seal order by ordinal desc limit 1;

-- name: unsealed_lines
-- Lines that wait for their seal, with their text.
select a.id,
  jsonb_build_array(a.id, (extract(epoch from a.at) * 1000000)::bigint, a.actor, a.action, a.subject, a.detail)::text as text
from gateway.audit_unsealed u join gateway.audit a on a.id = u.line order by a.id limit $1;

-- name: add_seals
-- Seals lines: $1 their places in the chain, $2 their ids, $3 the hashes.
with sealed as (
  insert into gateway.audit_seal (ordinal, line, hash)
  select * from unnest($1::bigint[], $2::bigint[], $3::bytea[]) returning line
)
delete from gateway.audit_unsealed u using sealed where u.line = sealed.line;

-- name: still_audit
-- What follows in this transaction sees one state of the audit, whoever writes, seals or purges meanwhile.
set transaction isolation level repeatable read;

-- name: sealed_lines
-- The chain from behind $1 on, $2 links of it, each with the text of its line as it is now; null: the line is not there.
select s.ordinal, s.line, s.hash,
  case when a.id is not null then
    jsonb_build_array(a.id, (extract(epoch from a.at) * 1000000)::bigint, a.actor, a.action, a.subject, a.detail)::text end as text
from (select * from gateway.audit_seal where ordinal > $1 order by ordinal limit $2) s left join gateway.audit a on a.id = s.line
order by s.ordinal;

-- name: last_audit_purge
-- What the last purge says of the seal that it left.
select id, subject, detail ->> 'hash' as hash from gateway.audit where action = 'audit_purged' order by id desc limit 1;

-- name: lost_lines
-- Lines that neither have a seal nor wait for one, and places in the queue without a line.
select a.id, true as there from gateway.audit a
where not exists (select from gateway.audit_seal s where s.line = a.id) and not exists (select from gateway.audit_unsealed u where u.line = a.id)
union all
select u.line, false from gateway.audit_unsealed u where not exists (select from gateway.audit a where a.id = u.line)
order by 1 limit 1000;

-- name: waiting_for_seal
-- How many lines wait for their seal, and since when.
select count(*) as waiting, min(a.at) as since from gateway.audit_unsealed u join gateway.audit a on a.id = u.line;
