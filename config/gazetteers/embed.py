"""embed.py INPUT OUTPUT SYMBOL: INPUT's bytes as a constant array in a C source, so that the lists
that ship with copydesk are always there, whatever is installed where."""
import sys

source, target, symbol = sys.argv[1:]
with open(source, 'rb') as file:
    data = file.read()
with open(target, 'w', encoding='ascii') as file:
    file.write('#include "processors/entities/builtin.h"\n\n')
    file.write('const size_t %s_size = %d;\n' % (symbol, len(data)))
    file.write('const char %s[] = {\n' % symbol)
    for start in range(0, len(data), 20):
        row = data[start:start + 20]
        file.write(','.join(str(byte - 256 if byte > 127 else byte) for byte in row) + ',\n')
    file.write('};\n')
