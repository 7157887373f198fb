"""To whom, what, when: campaigns, their content, audience and schedule."""
