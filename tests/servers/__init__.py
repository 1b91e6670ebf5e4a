"""Real servers of networks, each a process of its own on a free port of this computer.

One module a server: start it, wait for its first answer, make an account, end it by id.
`install` puts what they need into `.test-servers`, outside the environment of the app.
"""
