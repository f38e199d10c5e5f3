-- Failures that people attend to: one row a fingerprint for ever, with its history; those who are told, and how.

alter table gateway.failure
  -- Since when it is open this time.
  add column opened_at timestamptz not null default gateway.now(),
  -- How often it came back after it had been resolved.
  add column regressions integer not null default 0,
  add column muted_until timestamptz,
  -- How many owners after its own have been told, and when the last of them was.
  add column level integer not null default 0,
  add column escalated_at timestamptz,
  -- Who took it on.
  add column attended_at timestamptz,
  add column attended_by text,
  add column resolved_at timestamptz,
  add column resolved_by text,
  add column resolved_reason text,
  add constraint failure_mute_ends check (state <> 'muted' or muted_until is not null);

-- By whom or what a case ended, and why.
alter table gateway.failure_case add column closed_by text, add column closed_reason text;

-- Who owns a failure no longer names its group. Those about acknowledgements and certificates are named by more than the row holds.
drop index gateway.failure_open;
create temporary table renamed on commit drop as
select distinct on (fingerprint) fingerprint as before, left(encode(sha256(convert_to(concat_ws(chr(31), stage, code,
  coalesce(partner, ''), coalesce(case code when 'target-unavailable' then split_part(message, ' is unavailable', 1) else route end,
  '')), 'UTF8')), 'hex'), 16) as after
from gateway.failure where stage not in ('reconcile', 'certificates') order by fingerprint, last_at desc;
update gateway.failure f set fingerprint = renamed.after from renamed where f.fingerprint = renamed.before;
update gateway.missing_number m set fingerprint = renamed.after from renamed where m.fingerprint = renamed.before;
update gateway.failure_case c set fingerprint = renamed.after from renamed where c.fingerprint = renamed.before and not exists (
  select from gateway.failure_case same where same.subject = c.subject and same.fingerprint = renamed.after);

-- Those that came back before are one row from now on: the one that is not resolved, or the last.
with kept as (
  select distinct on (fingerprint) id, fingerprint from gateway.failure
  order by fingerprint, state = 'resolved', last_at desc, id desc
), sums as (
  select fingerprint, sum(count) as count, min(first_at) as first_at, count(*) - 1 as regressions
  from gateway.failure group by fingerprint having count(*) > 1
)
update gateway.failure f
set count = sums.count, first_at = sums.first_at, opened_at = f.first_at, regressions = sums.regressions
from kept join sums using (fingerprint) where f.id = kept.id;
delete from gateway.failure where id not in (
  select distinct on (fingerprint) id from gateway.failure order by fingerprint, state = 'resolved', last_at desc, id desc);
update gateway.failure set opened_at = first_at where regressions = 0;

-- A statement that names the partial index finds this one as well.
create unique index failure_fingerprint on gateway.failure (fingerprint);
create index failure_unresolved on gateway.failure (opened_at) where state <> 'resolved';

-- What happened to a failure, by whom. An entry with `tell` is news for that owner until it was told, or has become pointless.
create table gateway.failure_event (
  id bigint generated always as identity primary key,
  failure uuid not null,
  at timestamptz not null default gateway.now(),
  actor text not null,
  action text not null check (action in (
    'opened', 'came_back', 'acknowledged', 'assigned', 'muted', 'unmuted', 'resolved', 'noted', 'escalated')),
  detail jsonb not null default '{}',
  tell text,
  told_at timestamptz
);
create index failure_event_failure on gateway.failure_event (failure);
create index failure_event_untold on gateway.failure_event (tell) where tell is not null and told_at is null;

-- Messages to owners, one an address. `mark` names the address without showing what it keeps secret.
create table gateway.notification (
  id uuid primary key,
  owner text not null,
  address text not null,
  mark text not null,
  urgent boolean not null,
  failures uuid[] not null,
  message jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'sending', 'sent', 'given_up')),
  attempt integer not null default 0,
  claim uuid,
  claimed_until timestamptz,
  next_attempt_at timestamptz not null default gateway.now(),
  code text,
  answer text,
  created_at timestamptz not null default gateway.now(),
  settled_at timestamptz
) with (fillfactor = 70);
create index notification_due on gateway.notification (next_attempt_at) where state in ('waiting', 'sending');
create index notification_owner on gateway.notification (owner, created_at);
create index notification_failures on gateway.notification using gin (failures);

-- Deliveries that are being tried again, for those that take long.
create index delivery_tried on gateway.delivery (target, first_attempt_at) where state = 'waiting' and first_attempt_at is not null;
create index delivery_dead on gateway.delivery (settled_at) where state = 'dead';

-- A failure that was resolved and is counted again has come back, whoever counts it. It is silent while it is muted.
create function gateway.failure_comes_back() returns trigger language plpgsql as $$
begin
  new.state := case when old.muted_until > gateway.now() then 'muted' else 'open' end;
  new.muted_until := case when old.muted_until > gateway.now() then old.muted_until end;
  new.regressions := old.regressions + 1;
  new.opened_at := gateway.now();
  new.level := 0;
  new.escalated_at := null;
  new.attended_at := null;
  new.attended_by := null;
  new.resolved_at := null;
  new.resolved_by := null;
  new.resolved_reason := null;
  return new;
end
$$;
create trigger failure_comes_back before update on gateway.failure for each row
  when (old.state = 'resolved' and new.state = 'resolved' and new.count > old.count)
  execute function gateway.failure_comes_back();

create function gateway.failure_is_news() returns trigger language plpgsql as $$
begin
  insert into gateway.failure_event (failure, actor, action, detail, tell)
  values (new.id, 'gateway', case tg_op when 'INSERT' then 'opened' else 'came_back' end,
    jsonb_build_object('message', new.message), case new.state when 'open' then new.owner end);
  return null;
end
$$;
create trigger failure_opened after insert on gateway.failure for each row execute function gateway.failure_is_news();
create trigger failure_came_back after update on gateway.failure for each row
  when (new.regressions > old.regressions and old.state = 'resolved') execute function gateway.failure_is_news();

-- What is resolved has no open cases, and it is known by whom, also when the last release or a statement for many did it.
create function gateway.failure_is_over() returns trigger language plpgsql as $$
begin
  new.resolved_at := gateway.now();
  new.resolved_by := coalesce(new.resolved_by, 'gateway');
  new.resolved_reason := coalesce(new.resolved_reason, 'what it was about works again');
  return new;
end
$$;
create trigger failure_is_over before update on gateway.failure for each row
  when (old.state <> 'resolved' and new.state = 'resolved') execute function gateway.failure_is_over();
create function gateway.failure_ended() returns trigger language plpgsql as $$
begin
  insert into gateway.failure_event (failure, actor, action, detail)
  values (new.id, new.resolved_by, 'resolved', jsonb_build_object('reason', new.resolved_reason));
  update gateway.failure_case set closed_at = gateway.now(), closed_by = new.resolved_by, closed_reason = new.resolved_reason
  where fingerprint = new.fingerprint and closed_at is null;
  return null;
end
$$;
create trigger failure_ended after update on gateway.failure for each row
  when (old.state <> 'resolved' and new.state = 'resolved') execute function gateway.failure_ended();

-- The end of a case stands in the journal of its transmission.
create function gateway.case_ended() returns trigger language plpgsql as $$
begin
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select t.id, 'failures', new.subject, jsonb_build_array(jsonb_build_object('what', 'case_closed', 'detail',
      jsonb_build_object('code', f.code, 'by', coalesce(new.closed_by, 'gateway'), 'reason', new.closed_reason))),
    '', coalesce(new.closed_by, 'gateway')
  from gateway.failure f join gateway.transmission t on t.id = new.transmission where f.fingerprint = new.fingerprint;
  return null;
end
$$;
create trigger case_ended after update on gateway.failure_case for each row
  when (old.closed_at is null and new.closed_at is not null) execute function gateway.case_ended();

-- Writes cases of failures: those with one fingerprint are one failure. A case that was over and comes again is open again.
create or replace function gateway.record_failures_v1(given gateway.failure_v1[]) returns bigint language sql strict as $$
  with failures as (
    insert into gateway.failure (id, fingerprint, stage, code, partner, route, owner, message, remedy, sample, count)
    select distinct on (fingerprint) id, fingerprint, stage, code, partner, route, owner, message, remedy, sample,
      count(*) over (partition by fingerprint)
    from unnest(given) order by fingerprint, id
    on conflict (fingerprint) do update
    set count = failure.count + excluded.count, last_at = gateway.now(), message = excluded.message, remedy = excluded.remedy,
      sample = excluded.sample
  ), cases as (
    insert into gateway.failure_case (fingerprint, subject, transmission, message)
    select distinct on (sample, fingerprint) fingerprint, sample, transmission, message from unnest(given)
    on conflict (subject, fingerprint) do update set message = excluded.message, at = gateway.now(), closed_at = null,
      closed_by = null, closed_reason = null
  )
  select count(*) from unnest(given)
$$;

-- Ends cases, each by its subject and its failure; a failure whose last open case ends is resolved. Whoever closes others of the
-- same failure waits. Answers how many cases ended.
create function gateway.close_cases_v2(subjects uuid[], fingerprints text[], by text, reason text) returns bigint
language plpgsql as $$
declare
  ended bigint;
begin
  perform from gateway.failure where fingerprint = any(fingerprints) and state <> 'resolved' order by fingerprint for update;
  update gateway.failure_case c set closed_at = gateway.now(), closed_by = by, closed_reason = reason
  from unnest(subjects, fingerprints) as over(subject, fingerprint)
  where c.subject = over.subject and c.fingerprint = over.fingerprint and c.closed_at is null;
  get diagnostics ended = row_count;
  update gateway.failure f set state = 'resolved', resolved_by = by, resolved_reason = reason
  where f.fingerprint = any(fingerprints) and f.state <> 'resolved' and not exists (
    select from gateway.failure_case c where c.fingerprint = f.fingerprint and c.closed_at is null);
  return ended;
end
$$;

-- Ends all open cases of subjects: a delivery that was delivered after all, a document that was replayed well.
create function gateway.close_cases_v1(subjects uuid[], by text, reason text) returns bigint language sql as $$
  select gateway.close_cases_v2(array_agg(c.subject), array_agg(c.fingerprint), by, reason)
  from gateway.failure_case c where c.subject = any(subjects) and c.closed_at is null having count(*) > 0
$$;
create or replace function gateway.close_cases_v1(subjects uuid[], fingerprints text[]) returns void language sql as $$
  select gateway.close_cases_v2(subjects, fingerprints, 'gateway', 'what it was about is settled')
$$;
