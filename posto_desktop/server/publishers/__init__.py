"""Publishers: one module a network, all implementing `base.Publisher`."""
