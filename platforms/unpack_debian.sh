#!/bin/bash
# unpack_debian.sh LOCK: fills the current folder, that of the external repository @debian, from the locked packages.
#
#   bin/       wrappers that run libexec/ by lib/'s own loader: the host gives the kernel, a shell, and coreutils
#   libexec/   the programs      lib/       their shared libraries      lib/clang/include   clang's own headers
#   grub/      GRUB's modules for i386-pc and x86_64-efi, its fonts     googletest/         the source of GoogleTest
#   sysroot/   headers, start files and libraries that host programs are compiled and linked against
set -euo pipefail
# shellcheck source=platforms/fetch_packages.sh
. "$(dirname "$(readlink -f "$0")")/fetch_packages.sh"

root=$PWD/root
rm -rf "$root"
mapfile -t packages < <(packages_of "$1" base clang curl iso host)
fetch_packages "$1" "$root" "${packages[@]}"

collect_libraries "$root"
mkdir -p libexec bin
llvm=(llvm-ar llvm-cov llvm-nm llvm-objcopy llvm-objdump llvm-profdata llvm-readelf llvm-strip llvm-symbolizer)
for program in clang lld "${llvm[@]}"; do cp -L "$root/usr/lib/llvm-19/bin/$program" libexec/; done
for program in grub-mkimage xorriso mtools; do cp -L "$root/usr/bin/$program" libexec/; done
prune_libraries

wrap_clang clang clang
wrap ld.lld lld ld.lld
for program in "${llvm[@]}"; do wrap "$program"; done
wrap gcov llvm-cov gcov
wrap grub-mkimage
wrap xorriso
for program in mformat mcopy mmd; do wrap "$program" mtools "$program"; done

mkdir -p lib/clang
cp -rL "$root"/usr/lib/llvm-19/lib/clang/19/include lib/clang/
{
    echo 'module "crosstool" [system] {'
    (cd lib/clang/include && LC_ALL=C ls -- *.h) | sed 's#.*#  textual header "lib/clang/include/&"#'
    echo '}'
} > module.modulemap

mkdir grub
cp -rL "$root"/usr/lib/grub/{i386-pc,x86_64-efi} grub/
cp -L "$root"/usr/share/grub/*.pf2 grub/
cp -rL "$root"/usr/src/googletest/googletest googletest

# The sysroot: every header of the -dev packages, without what only drivers of other systems use; libraries of the host
# group static, so that a tool depends on nothing but libc and libstdc++.
mkdir -p sysroot/usr/lib/x86_64-linux-gnu sysroot/lib/x86_64-linux-gnu sysroot/lib64 sysroot/clang/lib/linux
cp -r "$root"/usr/include sysroot/usr/
rm -rf sysroot/usr/include/{clang,drm,misc,mtd,rdma,scsi,sound,video,xen} sysroot/usr/include/c++/12/{experimental,parallel} \
    sysroot/usr/include/c++/12/ext/pb_ds
libraries=$root/usr/lib/x86_64-linux-gnu
cp "$libraries"/*crt*.o "$libraries"/libc{.so,.a,_nonshared.a} "$libraries"/libm.so \
    "$libraries"/lib{pthread,dl,rt,util,resolv}.a "$libraries"/lib{elf,dw,z,lzma,bz2,jansson}.a sysroot/usr/lib/x86_64-linux-gnu/
for library in libstdc++.so.6 libgcc_s.so.1; do
    find "$libraries" "$root/lib/x86_64-linux-gnu" -name "$library" -exec cp -L {} sysroot/usr/lib/x86_64-linux-gnu/ \; -quit
done
cp -L "$root"/lib/x86_64-linux-gnu/{libc.so.6,libm.so.6,libmvec.so.1,ld-linux-x86-64.so.2} sysroot/lib/x86_64-linux-gnu/
cp -L sysroot/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 sysroot/lib64/
gcc=usr/lib/gcc/x86_64-linux-gnu/12
mkdir -p "sysroot/$gcc"
cp "$root/$gcc"/{crt*.o,libgcc.a,libgcc_eh.a,libstdc++.a,libgcc_s.so} "sysroot/$gcc/"
cp -L sysroot/usr/lib/x86_64-linux-gnu/libstdc++.so.6 "sysroot/$gcc/libstdc++.so"
runtime=$root/usr/lib/llvm-19/lib/clang/19/lib/linux
for part in asan asan-preinit asan_cxx asan_static ubsan_standalone ubsan_standalone_cxx fuzzer fuzzer_no_main fuzzer_interceptors profile lsan builtins; do
    cp "$runtime/libclang_rt.$part-x86_64.a"* sysroot/clang/lib/linux/
done
cp -r lib/clang/include sysroot/clang/

rm -rf "$root"
