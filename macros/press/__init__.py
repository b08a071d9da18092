"""The press: PDFs from the records, set by WeasyPrint from templates of their own, each checked as it is made."""
