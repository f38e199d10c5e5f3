-- Standing guard: leases whose tokens the database itself compares, so that who lost one cannot write.

-- Takes or renews a lease; answers its token, or null while another holds it or is still writing under it.
-- A renewal leaves the token and waits for nobody. Who takes it over raises the token, and is refused while a transaction of the
-- last holder is open: it either commits before the lease changes hands, or never.
create function gateway.take_lease_v1(lease_name text, new_holder text, lasting interval) returns bigint language plpgsql as $$
declare taken bigint;
begin
  update gateway.lease set until = gateway.now() + lasting
  where name = lease_name and holder = new_holder and until >= gateway.now() returning token into taken;
  if found then return taken; end if;
  perform from gateway.lease where name = lease_name and until < gateway.now() for update skip locked;
  if found then
    update gateway.lease set holder = new_holder, token = token + 1, until = gateway.now() + lasting
    where name = lease_name returning token into taken;
  else
    insert into gateway.lease (name, holder, token, until) values (lease_name, new_holder, 1, gateway.now() + lasting)
    on conflict (name) do nothing returning token into taken;
  end if;
  return taken;
end
$$;

-- Raises ZL002 unless the lease is held under this token, and keeps it from changing hands until the transaction ends.
create function gateway.require_lease_v1(lease_name text, lease_token bigint) returns void language plpgsql as $$
begin
  perform from gateway.lease where name = lease_name and token = lease_token and until >= gateway.now() for key share;
  if not found then
    raise exception 'the lease % is no longer held under token %', lease_name, lease_token using errcode = 'ZL002';
  end if;
end
$$;
