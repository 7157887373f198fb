"""`python -m campaigns` and the script `bedside`."""

from campaigns.cli.app import app


def main() -> None:
    """Run the command line."""
    app(prog_name="bedside")


if __name__ == "__main__":
    main()
