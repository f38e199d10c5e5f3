-- Failures of channels themselves: a partner's server that cannot be used, a folder that cannot be read.

-- name: resolve_channel_failures
-- The channel works: its open failures are over, and so are their cases.
with over as (
  update gateway.failure set state = 'resolved'
  where stage = 'channel' and route = $1 and state <> 'resolved'
  returning fingerprint
)
update gateway.failure_case c set closed_at = gateway.now()
from over where c.fingerprint = over.fingerprint and c.closed_at is null;
