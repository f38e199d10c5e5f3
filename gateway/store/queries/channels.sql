-- Failures of channels themselves: a partner's server that cannot be used, a file that cannot be taken.

-- name: keep_channel_troubles
-- What is wrong with one side of a channel now ($2), each as a case: those that are not open are opened; and if these are all
-- there are ($3), the side's others end. The side ($1) stands where other cases have their transmission. Answers the codes of
-- what is new. What begins is written before what is over ends, so that a failure that has both goes on.
with begun as materialized (
  select g, g.code from unnest($2::gateway.failure_v1[]) g where not exists (
    select from gateway.failure_case c where c.subject = g.sample and c.fingerprint = g.fingerprint and c.closed_at is null)
), over as materialized (
  select c.subject, c.fingerprint from gateway.failure_case c
  where $3 and c.transmission = $1 and c.closed_at is null and not exists (
    select from unnest($2::gateway.failure_v1[]) g where g.sample = c.subject and g.fingerprint = c.fingerprint)
), recorded as materialized (
  select gateway.record_failures_v1(array_agg(g)) as number from begun having count(*) > 0
), ended as materialized (
  select gateway.close_cases_v2(array_agg(over.subject), array_agg(over.fingerprint), 'gateway', 'it works again, or is gone') as number
  from over cross join (select count(number) from recorded) as first having count(*) > 0
)
select coalesce(array_agg(code), '{}') as codes, (select number from recorded), (select number from ended) from begun;
