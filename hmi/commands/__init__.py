"""The subcommands of `valleyline`, one file each; hmi/cli.py loads only the one that was asked for."""
