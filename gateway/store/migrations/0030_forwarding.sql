-- A site gateway: what it takes in is handed on to the centre, and is over here when the centre has it.
alter table gateway.transmission drop constraint transmission_state_check;
alter table gateway.transmission add constraint transmission_state_check check (state in (
  'received', 'replaying', 'translated', 'unreadable', 'failed', 'forwarded')) not valid;
