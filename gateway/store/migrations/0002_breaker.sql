-- Circuit breakers: one row a target, made by its first unavailability; a target without one has a closed breaker.

create table gateway.breaker (
  target text primary key,
  state text not null default 'closed' check (state in ('closed', 'open', 'half_open')),
  -- How full the bucket of failed calls is; counted only while closed, and written only while it is not empty.
  level double precision not null default 0,
  -- Since when it is closed, or has not been.
  since timestamptz not null default gateway.now(),
  -- Probes that failed one after the other, when the next may go out, and the delivery that is the probe now.
  failed_probes integer not null default 0,
  probe_at timestamptz not null default gateway.now(),
  probe uuid
) with (fillfactor = 50);

-- Attempts that were probes: they tell of the target, not of the delivery, and are not taken from those it has.
alter table gateway.delivery add column probes integer not null default 0;

-- Whether a probe may go out. One whose process died holds its delivery no longer than its claim.
create function gateway.probe_is_due(breaker gateway.breaker) returns boolean language sql stable as $$
  select case breaker.state
    when 'open' then breaker.probe_at <= gateway.now()
    when 'half_open' then not exists (
      select from gateway.delivery d where d.id = breaker.probe and d.state = 'sending' and d.claimed_until >= gateway.now())
    else false end
$$;
