#!/bin/bash
# unpack_source.sh LOCK PACKAGE FILE...: puts these files or folders of a locked package, third-party source, into the
# current folder.
set -euo pipefail
# shellcheck source=platforms/fetch_packages.sh
. "$(dirname "$(readlink -f "$0")")/fetch_packages.sh"
lock=$1 package=$2
shift 2

fetch_packages "$lock" root "$package"
for file; do
    [[ -e root/$file ]] || complain "package $package holds no file $file; it holds:" "$(cd root && find . -type f | sed 's,^./,  ,' | sort)"
    cp -rL "root/$file" .
done
rm -rf root
