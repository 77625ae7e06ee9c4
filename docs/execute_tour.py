"""Execute the tour and store it with its outputs, for readers who open the notebook itself.

The page of the report is left out: half a megabyte that a notebook viewer would not show. The built documentation
executes the notebook anew and shows the page.

    python docs/execute_tour.py
"""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

TOUR = Path(__file__).parent / "tour.ipynb"


def main() -> None:
    """Execute the notebook in place."""
    notebook = nbformat.read(TOUR, as_version=4)
    NotebookClient(notebook).execute()
    for cell in notebook.cells:
        # when it ran differs every time
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop("text/html", None)
    nbformat.write(notebook, TOUR)


if __name__ == "__main__":
    main()
