#!/bin/bash
# compare_frames.sh SCRIPT PRINT_FRAMES ARCHIVE: see the script.
exec python3 "$1" "$2" "$3" "$(command -v readelf)"
