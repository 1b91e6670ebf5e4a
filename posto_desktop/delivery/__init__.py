"""What carries posts to the service and remembers each step: outbox, sending, moving."""
