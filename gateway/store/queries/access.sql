-- Accounts, sessions, tokens, links, and sign-ins that did not succeed. Hashes are bytea, and in no list.

-- name: account_by_name
-- An account, also a closed one.
select * from gateway.account where name = $1;

-- name: account_by_id
-- The same by its id.
select * from gateway.account where id = $1;

-- name: described_accounts
-- All accounts, or the one of this name ($1), as lists show them. $2 how long sessions are idle, $3 how long they last.
select a.id, a.name, a.kind, a.display, a.roles, a.payloads, a.partner, a.created_at, a.created_by, a.closed_at, a.closed_by,
  case when a.closed_at is not null then 'closed' when a.kind = 'person' and a.secret is null
      and not exists (select from gateway.identity i where i.account = a.id) then 'invited' else 'open' end as state,
  a.seen_at,
  (select count(*) from gateway.session s where s.account = a.id and s.ended_at is null and a.closed_at is null
    and s.seen_at > gateway.now() - $2::interval and s.begun_at > gateway.now() - $3::interval) as sessions,
  (select count(*) from gateway.token t where t.account = a.id and t.revoked_at is null and a.closed_at is null
    and t.expires_at > gateway.now()) as tokens
from gateway.account a where $1::text is null or a.name = $1 order by a.closed_at is not null, a.name limit 10000;

-- name: add_account
-- Adds one, unless the name is taken. $8 who did it.
with added as (
  insert into gateway.account (id, name, kind, display, roles, payloads, partner, created_by)
  values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (name) do nothing returning *
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select $8, 'account_added', name, jsonb_build_object('kind', kind, 'roles', roles, 'payloads', payloads, 'partner', partner) from added
)
select id from added;

-- name: add_invitation
-- A link for an open account of a person. $1 account, $2 hash, $3 for how long, $4 who made it.
with added as (
  insert into gateway.invitation (hash, account, created_by, expires_at)
  select $2, id, $4, gateway.now() + $3::interval from gateway.account where id = $1 and closed_at is null and kind = 'person'
  returning account
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select $4, 'account_invited', a.name, jsonb_build_object('until', gateway.now() + $3::interval)
  from added join gateway.account a on a.id = added.account
)
select account from added;

-- name: invited_account
-- Whom a link is for that still holds.
select a.* from gateway.invitation i join gateway.account a on a.id = i.account
where i.hash = $1 and i.used_at is null and i.expires_at > gateway.now() and a.closed_at is null;

-- name: lock_account
-- Holds an account, until the transaction ends, for one who chooses a password.
select id from gateway.account where id = $1 for update;

-- name: use_invitations
-- Uses up all links of an account, if the one with this hash holds ($2; null: without one). Answers the account when it may go on.
with asked as (
  select a.id from gateway.account a where a.id = $1 and a.closed_at is null and ($2::bytea is null or exists (
    select from gateway.invitation i
    where i.hash = $2 and i.account = a.id and i.used_at is null and i.expires_at > gateway.now()))
), used as (
  update gateway.invitation i set used_at = gateway.now() from asked where i.account = asked.id and i.used_at is null
)
select id from asked;

-- name: account_of_identity
-- Whose account somebody of an identity provider has: $1 issuer, $2 subject.
select a.* from gateway.identity i join gateway.account a on a.id = i.account where i.issuer = $1 and i.subject = $2;

-- name: bind_identity
-- Somebody of an identity provider comes for the first time: $1 issuer, $2 subject, $3 account, which nobody else of there has.
with bound as (
  insert into gateway.identity (issuer, subject, account)
  select $1, $2, id from gateway.account where id = $3 and closed_at is null and kind = 'person'
  on conflict do nothing returning account
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select a.name, 'identity_bound', a.name, jsonb_build_object('issuer', $1::text, 'subject', $2::text)
  from bound join gateway.account a on a.id = bound.account
)
select account from bound;

-- name: set_secret
-- A password was chosen: $2 its hash, $3 by whom. Sessions of before end, wrong sign-ins are forgotten.
with chosen as (
  update gateway.account set secret = $2, secret_at = gateway.now() where id = $1 and closed_at is null returning id, name
), ended as (
  update gateway.session s set ended_at = gateway.now(), ended_by = $3 from chosen where s.account = chosen.id and s.ended_at is null
), forgotten as (
  delete from gateway.sign_in w using chosen where w.name = chosen.name
), audited as (
  insert into gateway.audit (actor, action, subject, detail) select $3, 'password_chosen', name, '{}'::jsonb from chosen
)
select id from chosen;

-- name: renew_secret
-- The same password, hashed as passwords are hashed now ($3), where it was not changed meanwhile ($2).
update gateway.account set secret = $3 where id = $1 and secret = $2;

-- name: lock_administrators
-- The people who may administer and are not closed, so that two changes cannot take each other for the one who is left.
select * from gateway.account
where closed_at is null and kind = 'person' and partner is null and 'administrator' = any(roles)
order by id for update;

-- name: administrators
-- The same to look at; those with a password first.
select * from gateway.account
where closed_at is null and kind = 'person' and partner is null and 'administrator' = any(roles)
order by secret is null, created_at, id;

-- name: change_account
-- What an open account may do from now on. $2 roles, $3 payloads, $4 partner, $5 how it is called, $6 who did it.
with before as (
  select * from gateway.account where id = $1 and closed_at is null for update
), changed as (
  update gateway.account a set roles = $2, payloads = $3, partner = $4, display = $5 from before where a.id = before.id returning a.*
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select $6, 'account_changed', c.name, jsonb_build_object(
    'roles', c.roles, 'payloads', c.payloads, 'partner', c.partner,
    'were', jsonb_build_object('roles', b.roles, 'payloads', b.payloads, 'partner', b.partner))
  from changed c join before b on b.id = c.id
)
select id from changed;

-- name: close_account
-- Ends an account with its sessions, tokens and links. $2 who did it.
with closed as (
  update gateway.account set closed_at = gateway.now(), closed_by = $2, secret = null where id = $1 and closed_at is null returning id, name
), ended as (
  update gateway.session s set ended_at = gateway.now(), ended_by = $2 from closed where s.account = closed.id and s.ended_at is null
), revoked as (
  update gateway.token t set revoked_at = gateway.now(), revoked_by = $2
  from closed where t.account = closed.id and t.revoked_at is null and t.expires_at > gateway.now() returning t.id
), used as (
  update gateway.invitation i set used_at = gateway.now() from closed where i.account = closed.id and i.used_at is null
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select $2, 'account_closed', name, jsonb_build_object('tokens', (select count(*) from revoked)) from closed
)
select id from closed;

-- name: lock_sign_ins
-- One sign-in at a time of a name or from an address, until the transaction ends: those that come together count one by one.
select pg_advisory_xact_lock(key) from (
  select distinct hashtextextended(text, 19) as key from unnest(array['name ' || $1::text, 'address ' || $2::text]) as t(text) order by 1
) as keys;

-- name: sign_in_tallies
-- Sign-ins that did not succeed within $3: of this name from this address, of the name, from the address; how long ago the last one
-- was; and whether this name has signed in from this address before.
select
  count(*) filter (where name = $1 and address = $2) as pair,
  gateway.now() - max(at) filter (where name = $1 and address = $2) as pair_ago,
  count(*) filter (where name = $1) as name,
  gateway.now() - max(at) filter (where name = $1) as name_ago,
  count(*) filter (where address = $2) as address,
  gateway.now() - max(at) filter (where address = $2) as address_ago,
  exists (select from gateway.session s join gateway.account a on a.id = s.account where a.name = $1 and s.address = $2) as known
from (
  select id, name, address, at from gateway.sign_in where name = $1 and at > gateway.now() - $3::interval
  union
  select id, name, address, at from gateway.sign_in where address = $2 and at > gateway.now() - $3::interval
) as seen;

-- name: count_sign_in
-- A sign-in begins; until it succeeds it counts as one that did not.
insert into gateway.sign_in (name, address) values ($1, $2) returning id;

-- name: write_failed_sign_in
-- A sign-in with a wrong password, or to an account that is not there. $1 name, $2 address.
insert into gateway.audit (actor, action, subject, detail)
values ($1, 'sign_in_failed', $1, jsonb_build_object('address', $2::text));

-- name: begin_session
-- Somebody has signed in. $1 id, $2 account, $3 hash, $4 address, $5 agent, $6 name, $7 the sign-in that has succeeded, $8 when the
-- password was chosen that was looked at: meanwhile another may have been.
with open_one as (
  update gateway.account set seen_at = gateway.now() where id = $2 and closed_at is null and secret_at is not distinct from $8 returning id
), begun as (
  insert into gateway.session (id, account, hash, address, agent) select $1, id, $3, $4, $5 from open_one returning id
), forgotten as (
  delete from gateway.sign_in where id = $7 or (name = $6 and address = $4)
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select $6, 'signed_in', $6, jsonb_build_object('address', $4::text, 'agent', $5::text, 'session', id) from begun
)
select id from begun;

-- name: account_of_session
-- Whose session this is, if it holds. $1 hash, $2 how long it may be idle, $3 how long it may last.
-- That it is in use is written down now and then: at each thirtieth of the time for which it may be idle.
with held as (
  select s.id, s.account, s.seen_at from gateway.session s
  where s.hash = $1 and s.ended_at is null and s.seen_at > gateway.now() - $2::interval and s.begun_at > gateway.now() - $3::interval
), seen as (
  update gateway.session s set seen_at = gateway.now() from held where s.id = held.id and held.seen_at < gateway.now() - $2::interval / 30
  returning s.account
), seen_account as (
  update gateway.account a set seen_at = gateway.now() from seen where a.id = seen.account
)
select a.* from held join gateway.account a on a.id = held.account where a.closed_at is null;

-- name: sessions_of
-- The sessions that hold, of an account ($1) or of all.
select s.id, a.name as account, s.address, s.agent, s.begun_at, s.seen_at
from gateway.session s join gateway.account a on a.id = s.account
where ($1::uuid is null or s.account = $1) and s.ended_at is null and a.closed_at is null
  and s.seen_at > gateway.now() - $2::interval and s.begun_at > gateway.now() - $3::interval
order by s.seen_at desc, s.id limit 10000;

-- name: session_by_hash
-- The id of a session by what its cookie holds.
select id from gateway.session where hash = $1;

-- name: end_session_by_hash
-- Somebody signs out.
with ended as (
  update gateway.session s set ended_at = gateway.now(), ended_by = a.name
  from gateway.account a where a.id = s.account and s.hash = $1 and s.ended_at is null returning s.id, a.name
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select name, 'signed_out', name, jsonb_build_object('session', id) from ended
)
select id from ended;

-- name: end_session_by_id
-- Ends a session, if it is of this account ($3; null: of any). $2 who does it.
with ended as (
  update gateway.session s set ended_at = gateway.now(), ended_by = $2
  from gateway.account a where a.id = s.account and s.id = $1 and s.ended_at is null and ($3::uuid is null or s.account = $3)
  returning s.id, a.name
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select $2, 'session_ended', name, jsonb_build_object('session', id) from ended
)
select id from ended;

-- name: end_sessions
-- Ends all sessions of an account. $2 who does it.
with ended as (
  update gateway.session set ended_at = gateway.now(), ended_by = $2 where account = $1 and ended_at is null returning id
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select $2, 'sessions_ended', name, jsonb_build_object('sessions', (select count(*) from ended))
  from gateway.account where id = $1 and exists (select from ended)
)
select id from ended;

-- name: add_token
-- A token of an open account. $1 id, $2 account, $3 name, $4 hash, $5 scopes, $6 for how long, $7 who made it.
with added as (
  insert into gateway.token (id, account, name, hash, scopes, expires_at, created_by)
  select $1, a.id, $3, $4, $5, gateway.now() + $6::interval, $7 from gateway.account a where a.id = $2 and a.closed_at is null
  returning *
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select $7, 'token_added', a.name, jsonb_build_object('token', t.id, 'name', t.name, 'scopes', t.scopes, 'until', t.expires_at)
  from added t join gateway.account a on a.id = t.account
)
select id from added;

-- name: replace_token
-- The same in the place of another ($8), which holds for $9 more, or as long as it would have if that is shorter.
with old as (
  update gateway.token t set expires_at = least(t.expires_at, gateway.now() + $9::interval)
  from gateway.account a where t.id = $8 and t.account = $2 and t.revoked_at is null and t.expires_at > gateway.now()
    and a.id = t.account and a.closed_at is null
  returning t.id, t.expires_at
), added as (
  insert into gateway.token (id, account, name, hash, scopes, expires_at, created_by, replaces)
  select $1, $2, $3, $4, $5, gateway.now() + $6::interval, $7, old.id from old
  returning *
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select $7, 'token_rotated', a.name, jsonb_build_object(
    'token', t.id, 'name', t.name, 'scopes', t.scopes, 'until', t.expires_at, 'replaces', old.id, 'old_until', old.expires_at)
  from added t cross join old join gateway.account a on a.id = t.account
)
select id from added;

-- name: revoke_token
-- Ends a token that holds. $2 who does it.
with revoked as (
  update gateway.token set revoked_at = gateway.now(), revoked_by = $2
  where id = $1 and revoked_at is null and expires_at > gateway.now() returning *
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select $2, 'token_revoked', a.name, jsonb_build_object('token', t.id, 'name', t.name)
  from revoked t join gateway.account a on a.id = t.account
)
select id from revoked;

-- name: account_of_token
-- Whose token this is, if it holds. $1 hash, $2 the address it comes from. That it is in use is written down once a minute.
with held as (
  select t.* from gateway.token t where t.hash = $1 and t.revoked_at is null and t.expires_at > gateway.now()
), used as (
  update gateway.token t set used_at = gateway.now(), used_from = $2
  from held where t.id = held.id and (held.used_at is null or held.used_at < gateway.now() - interval '1 minute')
  returning t.account
), seen as (
  update gateway.account a set seen_at = gateway.now() from used where a.id = used.account
)
select a.*, held.id as token, held.name as token_name, held.scopes, held.expires_at - gateway.now() as remaining
from held join gateway.account a on a.id = held.account where a.closed_at is null;

-- name: token_by_id
-- A token that holds.
select t.id, t.account, t.name, t.scopes, t.expires_at - gateway.now() as remaining
from gateway.token t where t.id = $1 and t.revoked_at is null and t.expires_at > gateway.now();

-- name: tokens_of
-- Tokens of an account ($1) or of all, or one ($2), the newest first, also those that are over. One that holds, will not for $3 and
-- has no successor ends soon: what uses it will stop.
select t.id, a.name as account, t.name, t.scopes, t.created_at, t.created_by, t.expires_at, t.used_at, t.used_from, t.revoked_at,
  t.revoked_by, t.replaces,
  case when t.revoked_at is not null then 'revoked' when t.expires_at <= gateway.now() then 'expired' else 'open' end as state,
  t.revoked_at is null and t.expires_at > gateway.now() and t.expires_at <= gateway.now() + $3::interval
    and not exists (select from gateway.token n where n.account = t.account and n.replaces = t.id and n.revoked_at is null) as ends_soon
from gateway.token t join gateway.account a on a.id = t.account
where ($1::uuid is null or t.account = $1) and ($2::uuid is null or t.id = $2) order by t.created_at desc, t.id limit 10000;

-- name: forget_sign_ins
-- Removes what is long over: sessions and links after 90 days, wrong sign-ins when they do not count any more.
-- $1 how long sessions last, $2 for how long wrong sign-ins count, $3 so many at once.
with sessions as (
  delete from gateway.session where id = any(array(
    select id from gateway.session where begun_at < gateway.now() - $1::interval - interval '90 days' limit $3)) returning 1
), links as (
  delete from gateway.invitation where hash = any(array(
    select hash from gateway.invitation where expires_at < gateway.now() - interval '90 days' limit $3)) returning 1
), wrong as (
  delete from gateway.sign_in where id = any(array(
    select id from gateway.sign_in where at < gateway.now() - $2::interval order by at limit $3)) returning 1
)
select (select count(*) from sessions) + (select count(*) from links) + (select count(*) from wrong) as gone;
