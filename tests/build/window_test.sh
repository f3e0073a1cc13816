#!/bin/bash
# tools/run --window opens a window and the machine's screen is in it, seen on a screen that Xvfb keeps in a file. Where it cannot,
# it says why. Without Xvfb and QEMU's windows, which tools/setup --full installs, only the latter is tested.
. "$(dirname "$0")/workspace.bash"

# refuses STATUS WORDS COMMAND...
refuses() {
    local expected=$1 words=$2
    shift 2
    "$@" > "$scratch/output" 2>&1 < /dev/null
    [[ $? == "$expected" ]] && grep -qF -- "$words" "$scratch/output" || {
        cat "$scratch/output"
        return 1
    }
}
mkdir "$scratch/bin"
printf '#!/bin/sh\necho "Available display backend types:"\necho none\n' > "$scratch/bin/qemu-system-x86_64"
chmod +x "$scratch/bin/qemu-system-x86_64"
for suffix in iso elf cells.cpio; do
    echo nothing > "$scratch/image.$suffix"
done
window=("$repository/image/qemu.sh" --image "$scratch/image" --window)
check "without a graphical session it says so" refuses 64 'DISPLAY is not set' \
    env -u DISPLAY -u WAYLAND_DISPLAY "${window[@]}"
check "with a QEMU that opens no windows it names the package" refuses 125 'package qemu-system-gui' \
    env DISPLAY=:1 PATH="$scratch/bin:$PATH" "${window[@]}"

if [[ ! -x /usr/bin/Xvfb ]] || ! qemu-system-x86_64 -display help 2> /dev/null | grep -qx gtk; then
    [[ -z ${ARIADNE_FULL:-} ]] || check "tools/setup --full has installed Xvfb and QEMU's windows" false
    echo "no Xvfb or no QEMU that opens windows: the window itself is not tested"
    exit
fi

# grey: how many points of the whole screen have the colour of the machine's text, which no window's frame has
grey() {
    python3 - "$scratch/screen/Xvfb_screen0" << 'END'
import struct, sys
picture = open(sys.argv[1], "rb").read()
header = struct.unpack(">25I", picture[:100])  # of the X window dump format
points = picture[header[0] + 12 * header[19]:]
print(sum(points[i:i + 3] == b"\xa8\xa8\xa8" for i in range(0, len(points), 4)))
END
}
# await PROCESS COMMAND...: while the process lives
await() {
    local process=$1
    shift
    until "$@"; do
        kill -0 "$process" 2> /dev/null || return 1
        sleep 0.1
    done
}

(cd "$repository" && bazel build --noshow_progress //image:ariadne) > "$scratch/log" 2>&1 || give_up "the image" "$scratch/log"
mkdir "$scratch/screen"
Xvfb -displayfd 3 -screen 0 1024x768x24 -fbdir "$scratch/screen" -nolisten tcp 3> "$scratch/number" 2> "$scratch/xvfb" &
children+=($!)
await "${children[0]}" test -s "$scratch/number" || give_up "Xvfb" "$scratch/xvfb"
before=$(grey)

mkfifo "$scratch/keys"
(cd "$repository" && DISPLAY=:$(cat "$scratch/number") exec tools/run --window --timeout 600) \
    < "$scratch/keys" > "$scratch/line" 2> "$scratch/errors" &
run=$!
children+=("$run")
exec {keys}> "$scratch/keys"
check "the prompt is on the serial line" await "$run" grep -qa 'ariadne> $' "$scratch/line" || tail -n 20 "$scratch/line" "$scratch/errors"
check "nothing of the machine was on the screen before" [ "$before" = 0 ]
# The window follows the serial line by no more than what one look takes, many times over.
shown() {
    local looks
    for ((looks = 0; looks < 100; looks++)); do
        (($(grey) >= 3000)) && return
        sleep 0.1
    done
    return 1
}
check "the machine's text is in the window" shown || echo "$(grey) points of text"
printf 'poweroff\r' >&"$keys"
wait "$run"
check "poweroff ends tools/run with 0" [ $? = 0 ]
children=("${children[0]}")
