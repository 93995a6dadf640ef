#!/usr/bin/env python3
"""usage: embed.py MODEL OUT.S: an assembler file that puts MODEL into read-only data."""
import pathlib
import sys

model, out = map(pathlib.Path, sys.argv[1:])
out.write_text(f"""    .section .rodata
    .balign 64
    .global language_model_start
    .hidden language_model_start
    .global language_model_end
    .hidden language_model_end
language_model_start:
    .incbin "{model.resolve()}"
language_model_end:
    .byte 0
    .section .note.GNU-stack,"",%progbits
""")
