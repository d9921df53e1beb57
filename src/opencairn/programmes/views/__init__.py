"""The pages of the room: the desk where programmes are described, and what everyone can read."""
