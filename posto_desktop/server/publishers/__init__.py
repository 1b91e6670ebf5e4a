"""Publishers: one file a network, all with the contract of `base.Publisher`."""
