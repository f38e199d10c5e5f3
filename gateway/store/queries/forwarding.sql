-- What a site gateway hands on to its centre.

-- name: transmissions_to_forward
-- The oldest transmissions that nobody has handed on, in the order in which they came, claimed or not: none is to overtake another.
with waiting as (
  (select id, channel, partner, name, size, received_at from gateway.transmission
   where state = 'received' order by received_at, id limit $1)
  union all
  (select id, channel, partner, name, size, received_at from gateway.transmission where state = 'replaying' order by id limit $1)
)
select id, channel, partner, name, size from waiting order by received_at, id limit $1;
