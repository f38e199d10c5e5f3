-- What HTTP channels need: how far lists of partners' servers were read, and large bodies that are stored while they arrive.

create table gateway.channel_position (
  channel text primary key,
  position text not null,
  moved_at timestamptz not null default gateway.now()
);

-- Bodies whose pieces lie in raw_body before there is a transmission. A mark outlives the hand-over; the removal of old ones looks.
create table gateway.staged_body (
  transmission uuid primary key,
  since timestamptz not null default gateway.now()
);
create index staged_body_since on gateway.staged_body (since);
