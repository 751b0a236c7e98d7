"""Run the command line: `python -m llm_annotate`."""

from llm_annotate.cli import main

if __name__ == "__main__":
    main()
