"""What `sdk` and `server` share about requests: time, addresses, connections, failures."""
