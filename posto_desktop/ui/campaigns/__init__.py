"""The Campaigns page: messages that are sent by a rhythm."""
