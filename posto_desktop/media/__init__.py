"""Files of posts: facts, edits and renditions, decoded and encoded in helper processes. No Qt."""
