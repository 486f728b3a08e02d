"""The worker behind strop's proposer `language-policy`. What it understands is in README.md; `python -m strop_trainer --help`."""

#: Version of the protocol. Raised with every change that an older peer would misunderstand.
PROTOCOL = 1
