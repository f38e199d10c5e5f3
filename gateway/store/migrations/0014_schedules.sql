-- Schedules: what is done at times of the clock, with its history.

-- Since when each schedule is looked at, and until when it was. A schedule that is new begins now, not in the past.
create table gateway.schedule (id text primary key, looked_at timestamptz not null default gateway.now());

-- A run, or the times that were left out (skipped). `due` is the time it is for; one that a person asked for has an actor.
-- `token` is that of the lease under which it runs: the next holder takes over what the last one left.
create table gateway.schedule_run (
  id uuid primary key,
  schedule text not null,
  due timestamptz not null,
  state text not null check (state in ('asked', 'running', 'done', 'failed', 'skipped')),
  actor text,
  skipped integer not null default 0,
  attempt integer not null default 0,
  token bigint,
  node text,
  started_at timestamptz,
  ended_at timestamptz,
  result jsonb,
  message text not null default ''
) with (fillfactor = 70);
create unique index schedule_run_due on gateway.schedule_run (schedule, due) where actor is null;
create index schedule_run_unfinished on gateway.schedule_run (id) where state in ('asked', 'running');
create index schedule_run_history on gateway.schedule_run (schedule, id desc);
