-- Schedules and their runs.

-- name: looked_at
-- Until when each of these schedules ($1) was looked at, by the database's clock, which is `now`; those that are new begin now.
with new as (
  insert into gateway.schedule (id) select unnest($1::text[]) on conflict (id) do nothing returning id, looked_at
)
select id, looked_at, gateway.now() as now from gateway.schedule where id = any($1::text[])
union all select id, looked_at, gateway.now() from new;

-- name: begin_turn
-- Begins what is due of a schedule ($2 id of the run, $3 its time; both null: nothing), notes what is left out ($4 id, $5 how many,
-- $6 the last of them), and that it was looked at until $7. Somebody who did so before wrote it: then nothing moves.
with moved as (
  update gateway.schedule set looked_at = $7 where id = $1 and looked_at < $7 returning id
), left_out as (
  insert into gateway.schedule_run (id, schedule, due, state, skipped, ended_at)
  select $4, moved.id, $6, 'skipped', $5, gateway.now() from moved where $5 > 0
)
insert into gateway.schedule_run (id, schedule, due, state, attempt, token, node, started_at)
select $2, moved.id, $3, 'running', 1, $8, $9, gateway.now() from moved where $2::uuid is not null
on conflict do nothing returning id;

-- name: ask_for_run
-- Somebody wants a schedule to be run now.
insert into gateway.schedule_run (id, schedule, due, state, actor) values ($1, $2, gateway.now(), 'asked', $3);

-- name: begin_asked
-- Begins what people asked for, and takes over what the last holder of the lease left: runs under another token ($1), until they
-- have been begun $3 times.
update gateway.schedule_run set state = 'running', attempt = attempt + 1, token = $1, node = $2, started_at = gateway.now()
where state = 'asked' or (state = 'running' and token <> $1 and attempt < $3)
returning id, schedule, due, attempt;

-- name: give_up_runs
-- Ends runs under which one process after the other died.
update gateway.schedule_run set state = 'failed', ended_at = gateway.now(), message = $3
where state = 'running' and token <> $1 and attempt >= $2 returning id, schedule, due, attempt;

-- name: end_run
-- The end of a run, as long as it is ours.
update gateway.schedule_run set state = $3, result = $4, message = $5, ended_at = gateway.now()
where id = $1 and state = 'running' and token = $2 returning id;

-- name: schedule_run
-- One run.
select * from gateway.schedule_run where id = $1;

-- name: schedule_history
-- The last runs of a schedule ($1, null: of all), the newest first, before the one with the id $2.
select * from gateway.schedule_run where ($1::text is null or schedule = $1) and ($2::uuid is null or id < $2) order by id desc limit $3;

-- name: forget_runs
-- Runs that ended so long ago go.
delete from gateway.schedule_run where ended_at < gateway.now() - $1::interval;
