"""Private servers for tests: real RabbitMQ and PostgreSQL on loopback, on free ports, in a folder of their own.

What a test asks for (see `fixtures`):

- `amqp_url`: an empty virtual host on a RabbitMQ node that the whole test session shares. Gone after the test.
- `postgres_url`: an empty database on a PostgreSQL that the whole test session shares. Gone after the test.
- `rabbitmq` / `postgres`: those servers themselves, for tests that look inside. Leave them running.
- `own_rabbitmq` / `own_postgres`: a server of one test module, which its tests may stop, kill and freeze.

Every server is a `ServerProcess` and can be driven like one in the field:

    server.stop()      clean end
    server.kill()      kill -9 of all its processes: a crash; data stay
    server.start()     again, on the same port and the same data; returns when it takes connections
    server.restart()   stop and start
    server.pause()     SIGSTOP: it hangs, its sockets stay open
    server.resume()    SIGCONT

`rabbitmq.RabbitCluster` is several nodes with one set of quorum queues; what is done to it is done to each node in its turn.
`program.Program` is a program of ours as a process of its own.

`chromium.chromium` is a browser, driven by Playwright; `tests/browser` has a site for it to visit.

`line.Line` is a TCP relay in front of a server, to cut, refuse or freeze a connection while the server stays well.

PostgreSQL comes from the wheel of the `embedded` extra, else from the operating system (`/usr/lib/postgresql/*/bin`).
RabbitMQ comes from the operating system (Debian: `rabbitmq-server`); no service needs to run, none is touched.
Both start as root and as any other user, and never as the user root itself where the server refuses that.

A test whose server is missing is skipped and says what to install. With `REQUIRE_SERVERS=1` it fails instead: CI sets that.
Everything is ended by process id, at the end of the session or with the Python process, whichever comes first.
"""
