"""Delivery of posts to the service with a record of each step: outbox, sending, moving."""
