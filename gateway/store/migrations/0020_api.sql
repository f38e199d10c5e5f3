-- Requests that are made once, however often they come: by the key that their sender gives them.

-- `asked` is the hash of what was asked for, `attempt` counts who works on it. `acted` is set by the first transaction of the
-- request that writes anything, within that transaction: where it is false nothing was done, and the request may be done anew.
create table gateway.api_call (
  account uuid not null,
  key text not null,
  operation text not null,
  asked bytea not null,
  attempt integer not null default 1,
  acted boolean not null default false,
  begun_at timestamptz not null default gateway.now(),
  held_until timestamptz not null,
  status smallint,
  media_type text,
  answer bytea,
  primary key (account, key)
);
create index api_call_age on gateway.api_call (begun_at);

-- Called at the end of each transaction of such a request. One that has only read says nothing; one that has written says so in the
-- row, unless somebody else works on the request by now: then nothing of it is written.
create function gateway.note_api_call_v1(of_account uuid, of_key text, of_attempt integer) returns void language plpgsql as $$
begin
  if pg_current_xact_id_if_assigned() is null then return; end if;
  update gateway.api_call set acted = true where account = of_account and key = of_key and attempt = of_attempt;
  if not found then
    raise exception 'this request is worked on by another process, or its key was given up' using errcode = 'ZL002';
  end if;
end
$$;
