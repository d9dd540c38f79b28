"""`python -m linli` is the command line too."""

from linli.cli import main

if __name__ == "__main__":
    main()
