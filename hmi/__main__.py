"""Runs `python -m hmi` as `valleyline`."""

from hmi.cli import main

if __name__ == "__main__":
    main()
