-- Where channels go on reading the lists of partners' servers.

-- name: channel_position
-- Where a channel goes on.
select position from gateway.channel_position where channel = $1;

-- name: move_channel_position
-- Everything before this is stored and confirmed.
insert into gateway.channel_position (channel, position) values ($1, $2)
on conflict (channel) do update set position = excluded.position, moved_at = gateway.now();
