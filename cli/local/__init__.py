"""The local stack: servers, databases, keys and the three services, started and stopped as one."""
