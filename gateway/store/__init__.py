"""PostgreSQL, the truth: plain SQL in `queries`, migrations, an embedded server for the first hour. Only here is asyncpg."""
