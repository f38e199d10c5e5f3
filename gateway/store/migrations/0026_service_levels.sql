-- Service levels and traffic: sums that outlive what they were counted from, and stay small whatever comes.

-- What was promised, by day (in UTC): how much was met, missed, and is in time yet. Empty: of no partner, of no agreement.
create table gateway.service_level_day (
  level text not null,
  day date not null,
  partner text not null,
  agreement text not null,
  met bigint not null,
  missed bigint not null,
  running bigint not null,
  measured_at timestamptz not null default gateway.now(),
  primary key (level, day, partner, agreement)
) with (fillfactor = 80);

-- How much came from whom in an hour: of a partner by document, of an application by itself. What is usual is learned from it.
create table gateway.traffic_hour (
  source text not null,
  document text not null,
  hour timestamptz not null,
  number bigint not null,
  last_at timestamptz not null,
  primary key (source, document, hour)
) with (fillfactor = 80);
create index traffic_hour_age on gateway.traffic_hour (hour);

create index failure_event_openings on gateway.failure_event (at) where action in ('opened', 'came_back');
