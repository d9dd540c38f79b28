"""Templates that offices fill in: columns declared once, for the file that is handed out and the file that comes back.

A room declares a ``Template`` in its own file; ``writing.blank`` makes the XLSX from it, ``reading.read`` reads one
back row by row and changes nothing. What a column does not declare is never kept.
"""

from linli.common.sheets.columns import Column, Kept, LeftOut, Looked, Rejected, Row, Sheet, Template

__all__ = ["Column", "Kept", "LeftOut", "Looked", "Rejected", "Row", "Sheet", "Template"]
