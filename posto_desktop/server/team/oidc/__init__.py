"""Sign-in of people by an OpenID provider, in their browser, for a password of their device."""
