"""A database: connections, reads, migrations, its one leader, and many rows in one statement."""
