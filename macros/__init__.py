"""The atlas: records in, pages out. (What hand-written pages may call is defined here, for mkdocs-macros.)"""
