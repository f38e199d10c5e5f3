-- Configurations by the time they were in force. What changes that is done one after the other, under one lock.

-- name: lock_activations
-- Nobody else changes which configuration is in force until this transaction ends.
select pg_advisory_xact_lock(hashtext('gateway.activation'));

-- name: activation_now
-- The activation in force, and whether another one is due.
select a.*, exists (select from gateway.activation d where d.state = 'approved' and d.effective_from <= gateway.now()) as due
from (select true) as always left join gateway.activation a on a.state = 'in_force';

-- name: due_activations
-- What is approved and due, in the order in which it is to begin: the last one is in force then.
select id from gateway.activation where state = 'approved' and effective_from <= gateway.now() order by effective_from, id;

-- name: overtake_activations
-- $1: those that another one overtook before they began.
update gateway.activation set state = 'ended', ended_at = gateway.now() where id = any($1::bigint[]) and state = 'approved';

-- name: follow_activation
-- What is in force ends, because another one begins.
update gateway.activation set state = 'ended', ended_at = gateway.now() where state = 'in_force';

-- name: begin_activation
-- An approved one is in force.
update gateway.activation set state = 'in_force', activated_at = gateway.now() where id = $1 and state = 'approved'
returning id, digest;

-- name: add_start
-- A gateway has begun with its files. $1 digest, $2 managed, $3 approval.
insert into gateway.activation (digest, kind, state, managed, approval, reason, effective_from, activated_at)
values ($1, 'start', 'in_force', $2, $3, 'started with its files', gateway.now(), gateway.now()) returning id;

-- name: add_activation
-- Somebody wants a configuration. $1 digest, $2 kind, $3 state, $4 managed, $5 approval, $6 who, $7 their roles, $8 reason,
-- $9 lint, $10 tests, $11 override, $12 effective from (null: now).
insert into gateway.activation
  (digest, kind, state, managed, approval, proposed_by, proposer_roles, reason, lint, tests, override, effective_from)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, coalesce($12::timestamptz, gateway.now())) returning id;

-- name: approve_activation
-- $1 activation, $2 who, $3 why.
update gateway.activation set state = 'approved', decided_by = $2, decided_at = gateway.now(), decision = $3
where id = $1 and state = 'proposed' returning id;

-- name: reject_activation
-- $1 activation, $2 who, $3 why.
update gateway.activation set state = 'rejected', decided_by = $2, decided_at = gateway.now(), decision = $3
where id = $1 and state in ('proposed', 'approved') returning id;

-- name: activation
-- One by its number.
select * from gateway.activation where id = $1;

-- name: activations
-- The newest first. $1 before this number, $2 so many.
select * from gateway.activation where id < coalesce($1::bigint, 9223372036854775807) order by id desc limit $2;

-- name: activation_before
-- What was in force before what is now: the last that has ended with another digest. Roll-backs are gone back behind: what one
-- has gone away from is not what was meant.
with now as (select * from gateway.activation where state = 'in_force')
select a.* from gateway.activation a, now
where a.state = 'ended' and a.activated_at is not null and a.digest <> now.digest and a.managed
  and a.id < case when now.kind = 'roll_back'
    then (select min(first.id) from gateway.activation first where first.digest = now.digest and first.activated_at is not null)
    else now.id end
order by a.activated_at desc, a.id desc limit 1;

-- name: activation_of
-- The last activation of a digest that was in force ($1 is the digest or its beginning).
select distinct on (a.digest) a.* from gateway.activation a where starts_with(a.digest, $1) and a.activated_at is not null
order by a.digest, a.id desc limit 2;
