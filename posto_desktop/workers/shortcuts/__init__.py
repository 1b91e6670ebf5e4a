"""A key that opens Posto from every program: by X11, the portal of Wayland desktops, or Windows."""
