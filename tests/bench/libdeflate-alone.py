#!/usr/bin/env python3
"""What libdeflate itself takes for BGZF's blocks: no threads, no pipe, no format around it.

usage: libdeflate-alone.py LEVEL PROCESSES <FILE

The processes share the blocks of FILE, which must be seekable, and drop what comes out.
"""

import ctypes
import multiprocessing
import os
import sys

BLOCK = 65280  # of plain data, as htslib and zpipe cut it


def compress(level, first, step):
    lib = ctypes.CDLL("libdeflate.so.0")
    lib.libdeflate_alloc_compressor.restype = ctypes.c_void_p
    compressor = ctypes.c_void_p(lib.libdeflate_alloc_compressor(level))
    lib.libdeflate_deflate_compress.restype = ctypes.c_size_t
    plain, packed = ctypes.create_string_buffer(BLOCK), ctypes.create_string_buffer(1 << 16)
    room = ctypes.c_size_t(len(packed))
    for block in range(first, sys.maxsize, step):
        size = os.preadv(0, [plain], block * BLOCK)
        if size == 0:
            return
        if lib.libdeflate_deflate_compress(compressor, plain, ctypes.c_size_t(size), packed, room) == 0:
            sys.exit("libdeflate-alone.py: a block did not fit")
        lib.libdeflate_crc32(0, plain, ctypes.c_size_t(size))


def main():
    level, count = int(sys.argv[1]), int(sys.argv[2])
    processes = [multiprocessing.Process(target=compress, args=(level, first, count)) for first in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    sys.exit(max(process.exitcode for process in processes))


if __name__ == "__main__":
    main()
