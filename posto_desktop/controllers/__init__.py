"""Controllers: one for each page, between its widget and the services; `app_controllers` makes
all."""
