"""Writes a C file that holds other files: embed.py OUTPUT NAME FILE...

NAME becomes a constant array of struct embedded_file (cli/embedded.h), in the order given.
"""

import os
import sys


def array_of(index, content):
    numbers = ", ".join(str(byte) for byte in content) or "0"
    return f"static const unsigned char content_{index}[] = {{{numbers}}};\n"


def entry_of(index, path, content):
    return (f'    {{"{os.path.basename(path)}", '
            f"{{(const char *)content_{index}, {len(content)}}}}},\n")


def main(output, name, paths):
    contents = [open(path, "rb").read() for path in paths]
    with open(output, "w", encoding="ascii") as file:
        file.write('#include "cli/embedded.h"\n\n')
        file.writelines(array_of(i, content) for i, content in enumerate(contents))
        file.write(f"\nconst struct embedded_file {name}[] = {{\n")
        file.writelines(entry_of(i, path, content)
                        for i, (path, content) in enumerate(zip(paths, contents)))
        file.write(f"}};\nconst size_t {name}_count = {len(paths)};\n")


main(sys.argv[1], sys.argv[2], sys.argv[3:])
