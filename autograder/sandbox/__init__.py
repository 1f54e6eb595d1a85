"""Runs one submission where it can do no harm, and lets checks talk to it by values.

Outside, in the trusted process: `launcher` starts the sandbox, `session` holds one submission in
it, `proxy` is what a check sees of it. Inside, next to student code: everything in `inside/`, and
nothing else of this project.
"""
