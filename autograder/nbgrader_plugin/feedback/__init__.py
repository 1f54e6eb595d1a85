"""The page that tells a student what their submission earned, and why."""
