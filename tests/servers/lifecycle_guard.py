"""A guard that every test database gets: a state moves only along its lifecycle, whoever moves it and by whichever statement.

It hangs itself at the tables of the gateway when a migration creates them, so that also the databases of real gateway processes
are guarded. A move that no table of `gateway.domain.lifecycle` knows is an error in the statement that tried it.
"""

from collections.abc import Iterator

from gateway.domain.lifecycle import LIFECYCLES


def moves() -> Iterator[tuple[str, str, str]]:
    """Each (table, state before, state after) that may happen."""
    for table, transitions in LIFECYCLES.items():
        steps = {(before, after) for (before, _), after in transitions.items()}
        if table == "expectation":  # several acknowledgements in one transmission move it once, by all of their steps
            steps |= {(before, after) for before, between in steps for also, after in steps if between == also}
        yield from {(table, before, after) for before, after in steps if before != after}


def guard_sql() -> str:
    """The statements that guard a database; to be run before its migrations."""
    known = ", ".join(f"('{table}', '{before}', '{after}')" for table, before, after in sorted(moves()))
    tables = ", ".join(f"'gateway.{table}'" for table in LIFECYCLES)
    return f"""
    create schema lifecycle_guard;
    create table lifecycle_guard.move (lifecycle text, before text, after text, primary key (lifecycle, before, after));
    insert into lifecycle_guard.move values {known};
    create function lifecycle_guard.judge() returns trigger language plpgsql as $body$
    begin
      if not exists (select from lifecycle_guard.move
                     where lifecycle = tg_argv[0] and before = old.state and after = new.state) then
        raise exception 'the lifecycle of a % knows no way from % to %', tg_argv[0], old.state, new.state
          using errcode = 'ZL001';
      end if;
      return new;
    end $body$;
    create function lifecycle_guard.attach() returns event_trigger language plpgsql as $body$
    declare created record;
    begin
      for created in select distinct object_identity as name from pg_event_trigger_ddl_commands()
                     where command_tag = 'CREATE TABLE' and object_identity in ({tables}) loop
        execute format(
          'create trigger lifecycle before update of state on %s for each row when (old.state is distinct from new.state) '
          'execute function lifecycle_guard.judge(%L)', created.name, split_part(created.name, '.', 2));
      end loop;
    end $body$;
    create event trigger lifecycle_guard on ddl_command_end when tag in ('CREATE TABLE')
      execute function lifecycle_guard.attach();
    """


def journal_guard_sql() -> str:
    """Statements for a migrated database: what moves must be in the journal of its transmission by the end of the transaction.

    Left out is what a claim does, and what a claim that came to nothing takes back: attempts are counted, not told.
    """
    body = """
    declare told boolean;
    begin
      -- A large transmission has very many: the last are enough, though others write of its deliveries meanwhile.
      execute 'select exists (select from (
          select e.xmin as written_by from gateway.event e where e.transmission = $1 order by e.id desc limit 400) as last
        where written_by = pg_current_xact_id()::xid)'
        into told using case tg_argv[0] when 'transmission' then new.id else (to_jsonb(new) ->> 'transmission')::uuid end;
      if not told then
        raise exception 'a % went from % to %, and the journal says nothing of it', tg_argv[0], old.state, new.state
          using errcode = 'ZL003';
      end if;
      return null;
    end
    """
    silent = "not (old.state = 'waiting' and new.state in ('sending', 'blocked')) and old.state is distinct from new.state"
    triggers = "".join(
        f"create constraint trigger journalled after update of state on gateway.{table} deferrable initially deferred "
        f"for each row when ({silent}) execute function lifecycle_guard.told('{table}');\n"
        for table in ("transmission", "document", "delivery")
    )
    return f"create function lifecycle_guard.told() returns trigger language plpgsql as $body${body}$body$;\n{triggers}"
