-- What helped is remembered with the end of a failure, so that it can be proposed when one like it happens.

alter table gateway.failure
  -- What a person did that helped; null: nobody said, or nobody did anything.
  add column resolved_helped text check (resolved_helped in (
    'replayed', 'redelivered', 'corrected', 'configured', 'partner-acted', 'application-mended', 'waived', 'passed'));

-- As before, with what helped: it is gone with the rest when the failure comes back, and stays in its history.
create or replace function gateway.failure_comes_back() returns trigger language plpgsql as $$
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
  new.resolved_helped := null;
  return new;
end
$$;
create or replace function gateway.failure_ended() returns trigger language plpgsql as $$
begin
  insert into gateway.failure_event (failure, actor, action, detail)
  values (new.id, new.resolved_by, 'resolved',
    jsonb_strip_nulls(jsonb_build_object('reason', new.resolved_reason, 'helped', new.resolved_helped)));
  update gateway.failure_case set closed_at = gateway.now(), closed_by = new.resolved_by, closed_reason = new.resolved_reason
  where fingerprint = new.fingerprint and closed_at is null;
  return null;
end
$$;

-- The newest solutions of people are what a new failure is compared with.
create index failure_event_solutions on gateway.failure_event (id desc) where action = 'resolved' and actor <> 'gateway';

-- How often a case came back after it had ended: the same item that differs again and again is no accident.
alter table gateway.failure_case add column recurred integer not null default 0;
create index failure_case_recurring on gateway.failure_case (recurred desc) where recurred >= 2;

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
      closed_by = null, closed_reason = null,
      recurred = failure_case.recurred + case when failure_case.closed_at is null then 0 else 1 end
  )
  select count(*) from unnest(given)
$$;
