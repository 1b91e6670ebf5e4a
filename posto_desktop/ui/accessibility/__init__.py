"""What assistive software gets beyond Qt's own: announcements and roles."""
