"""Controllers: one for each page, which joins it to the services; `app_controllers` makes all."""
