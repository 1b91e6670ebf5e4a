"""The Campaigns page: messages with a rhythm."""
