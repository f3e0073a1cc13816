# shellcheck shell=bash
# Sourced by the scripts of the repository rules. fetch_packages LOCK DESTINATION PACKAGE...
#
# Unpacks these packages, whose versions LOCK lists ("package version size sha256" a line), into the folder DESTINATION. A
# package comes from a cache that is addressed by content, else from apt's own archive folder, else from the mirror that apt
# knows, all missing ones in one call. Every file is checked against the lock before it is unpacked.

package_cache=${ARIADNE_PACKAGE_CACHE:-${HOME:?}/.cache/ariadne/packages}

complain() {
    printf '%s\n' "$@" >&2
    exit 1
}

sha256_of() {
    local sum
    sum=$(sha256sum < "$1")
    echo "${sum%% *}"
}

# keep FILE SHA256: puts FILE into the cache under its hash; safe against others doing the same
keep() {
    local temporary
    temporary=$(mktemp "$package_cache/incoming.XXXXXX")
    cp "$1" "$temporary"
    chmod 644 "$temporary"
    mv "$temporary" "$package_cache/$2.deb"
}

# Which of the packages apt does not know in the locked version, with what it has instead.
explain_missing() {
    local pin known
    for pin in "$@"; do
        known=$(apt-cache madison "${pin%%=*}" 2> /dev/null | awk -F' *[|] *' '{print $2}' | sort -u | tr '\n' ' ')
        [[ " $known " == *" ${pin#*=} "* ]] ||
            printf 'package %s: the lock wants version %s, apt has: %s\n' "${pin%%=*}" "${pin#*=}" "${known:-nothing}"
    done
}

download_missing() {
    local lock=$1 name version _ sum archived package
    local -a wanted=()
    while read -r name version _ sum; do
        [[ -f $package_cache/$sum.deb ]] && continue
        archived=/var/cache/apt/archives/${name}_${version//:/%3a}_amd64.deb
        if [[ -f $archived && $(sha256_of "$archived") == "$sum" ]]; then
            keep "$archived" "$sum"
        else
            wanted+=("$name=$version")
        fi
    done < "$lock"
    ((${#wanted[@]})) || return 0
    mkdir -p download
    if ! (cd download && apt-get -qq -o APT::Sandbox::User=root download "${wanted[@]}" > apt.log 2>&1); then
        complain "$(cat download/apt.log)" "$(explain_missing "${wanted[@]}")" \
            "Cannot get the locked packages: ${wanted[*]}." \
            "What to do: run 'apt-get update'; if the archive has moved on, run tools/relock and commit the lock;" \
            "or put the package's file into $package_cache as SHA256.deb."
    fi
    while read -r name version _ sum; do
        [[ -f $package_cache/$sum.deb ]] && continue
        package=$(echo download/"${name}"_*.deb)
        check_sum "$package" "$name" "$version" "$sum"
        keep "$package" "$sum"
    done < "$lock"
    rm -rf download
}

# check_sum FILE PACKAGE VERSION EXPECTED
check_sum() {
    local got
    got=$(sha256_of "$1")
    [[ $got == "$4" ]] || complain "package $2 $3 has a wrong hash:" "  expected $4 (platforms/packages.lock)" "  got      $got ($1)" \
        "What to do: if the archive is to be trusted, run tools/relock, look at the difference and commit it;" \
        "if a file in the package cache is damaged, remove it."
}

# packages_of LOCK GROUP...: the packages of these groups in packages.txt, which lies beside LOCK
packages_of() {
    local list
    list=$(dirname "$1")/packages.txt
    shift
    awk -v groups=" $* " '!/^#/ && index(groups, " " $1 " ") { for (i = 2; i <= NF; i++) print $i }' "$list"
}

fetch_packages() {
    local lock=$1 destination=$2 name version _ sum bad
    shift 2
    mkdir -p "$package_cache" "$destination"
    bad=$(grep -m1 -vE '^[a-z0-9][a-z0-9.+-]* [0-9][^ ]* [0-9]+ [0-9a-f]{64}$' "$lock" || true)
    [[ -z $bad ]] || complain "$lock: not a line of the form 'package version size sha256': $bad"
    for name; do
        awk -v name="$name" '$1 == name { print; found = 1 } END { exit !found }' "$lock" ||
            complain "$lock does not list package $name." "What to do: add it to platforms/packages.txt and run tools/relock."
    done > wanted.lock
    lock=wanted.lock
    download_missing "$lock"
    while read -r name version _ sum; do
        check_sum "$package_cache/$sum.deb" "$name" "$version" "$sum"
        dpkg-deb --fsys-tarfile "$package_cache/$sum.deb" |
            tar -C "$destination" -x --no-same-owner --exclude='./usr/share/doc*' --exclude='./usr/share/man*' --exclude='./usr/share/locale*'
    done < "$lock"
    rm -f wanted.lock
}

# collect_libraries ROOT: copies every shared library below ROOT into lib/, under each of its names
collect_libraries() {
    local folder library
    mkdir -p lib
    for folder in "$1"/lib/x86_64-linux-gnu "$1"/usr/lib/x86_64-linux-gnu "$1"/usr/lib/llvm-*/lib "$1"/lib64; do
        [[ -d $folder ]] || continue
        find "$folder" -maxdepth 1 -name '*.so*' \( -type f -o -type l \) | while read -r library; do
            [[ -f $library ]] || continue
            cp -nL --preserve=mode "$library" "lib/${library##*/}"
        done
    done
}

# prune_libraries: drops what no program in libexec/ loads. A program that misses a library, or would take one of the host, is
# an error.
prune_libraries() {
    local loader=lib/ld-linux-x86-64.so.2 program listing library
    local -A needed=([ld-linux-x86-64.so.2]=1)
    for program in libexec/*; do
        listing=$("$loader" --library-path lib --list "$program" 2>&1) || complain "$program: $listing"
        [[ $listing != *"not found"* && $listing != *"=> /"* ]] || complain "$program misses a library; add its package to the list:" "$listing"
        while read -r library; do
            needed[$library]=1
        done < <(awk '/=> lib\//{sub(/^lib\//, "", $3); print $3}' <<< "$listing")
    done
    for library in lib/*.so*; do
        [[ -n ${needed[${library##*/}]:-} ]] || rm -f "$library"
    done
}

# wrap NAME [PROGRAM [ARGUMENT0]]: bin/NAME runs libexec/PROGRAM by the unpacked loader with the unpacked libraries
wrap() {
    mkdir -p bin
    cat > "bin/$1" << END
#!/bin/sh
R=\${0%/*}/..
exec "\$R/lib/ld-linux-x86-64.so.2" --library-path "\$R/lib" --argv0 ${3:-$1} "\$R/libexec/${2:-$1}" "\$@"
END
    chmod +x "bin/$1"
}

# wrap_clang NAME PROGRAM MODE: clang runs itself again for two jobs, by argv[0] when told not to canonicalize it: name this
# wrapper, not the loader. A second run begins with -cc1 and takes no driver options.
wrap_clang() {
    mkdir -p bin
    cat > "bin/$1" << END
#!/bin/sh
R=\${0%/*}/..
case \$1 in -cc1*) ;; *) set -- -no-canonical-prefixes -resource-dir "\$R/lib/clang" "\$@" ;; esac
exec "\$R/lib/ld-linux-x86-64.so.2" --library-path "\$R/lib" --argv0 "\$0" "\$R/libexec/$2" "\$@"
END
    chmod +x "bin/$1"
}
