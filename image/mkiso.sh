#!/bin/bash
# mkiso.sh OUT NANO_CORE ARCHIVE GRUB_CFG TOOLS: makes the ISO image OUT, which starts from BIOS and from UEFI.
#
# TOOLS is the folder of the repository @debian: GRUB's modules, mtools and xorriso are taken from there and from nowhere
# else. The same inputs give the same bytes: no clock, no random serial number, no owner and no file order of the host gets in
# (grub-mkrescue leaves a random FAT serial number and takes one platform's modules at a time).
set -euo pipefail
umask 022

out=$1 nano_core=$2 archive=$3 grub_cfg=$4 tools=$5

export LC_ALL=C TZ=UTC
export SOURCE_DATE_EPOCH=1700000000
iso_date=2023111422132000
fat_serial=41524941
# mtools reads no configuration and does not doubt the geometry
export MTOOLSRC=/dev/null MTOOLS_SKIP_CHECK=1

work=$(mktemp -d "$PWD/iso.XXXXXX")
trap 'rm -rf "$work"' EXIT

# quietly COMMAND...: xorriso and mtools talk even when all is well
quietly() {
    "$@" > "$work/log" 2>&1 || {
        cat "$work/log" >&2
        exit 1
    }
}

tree=$work/tree
mkdir -p "$tree/boot/grub"
cp -L "$nano_core" "$tree/boot/nano_core.elf"
cp -L "$archive" "$tree/boot/cells.cpio"
cp -L "$grub_cfg" "$tree/boot/grub/grub.cfg"

# Every module that grub.cfg needs is inside the core image; nothing but grub.cfg is read from the disk later.
cat > "$work/early.cfg" << 'END'
search --file --set=root /boot/nano_core.elf
set prefix=($root)/boot/grub
configfile /boot/grub/grub.cfg
END
modules=(boot configfile echo fat iso9660 multiboot2 normal part_gpt part_msdos search serial sleep terminal test video)

make_core() { # make_core FORMAT PLATFORM FILE MODULE...
    local format=$1 platform=$2 file=$3
    shift 3
    "$tools/bin/grub-mkimage" -O "$format" -d "$tools/grub/$platform" -c "$work/early.cfg" -p /boot/grub -o "$file" "$@" "${modules[@]}"
}
make_core i386-pc-eltorito i386-pc "$tree/boot/grub/bios.img" biosdisk vbe
# of the video drivers only the firmware's: GRUB's own ones would take the card, and its framebuffer gets lost on the way
make_core x86_64-efi x86_64-efi "$work/bootx64.efi" efi_gop efi_uga

# The EFI system partition: a FAT image just big enough, in whole tracks of 32 sectors.
kibibytes=$((($(stat -c %s "$work/bootx64.efi") + 1023) / 1024 + 64))
kibibytes=$(((kibibytes + 31) / 32 * 32))
touch -d "@$SOURCE_DATE_EPOCH" "$work/bootx64.efi"
quietly "$tools/bin/mformat" -i "$tree/efi.img" -C -T $((kibibytes * 2)) -h 2 -s 16 -N "$fat_serial" -v EFI ::
quietly "$tools/bin/mmd" -i "$tree/efi.img" ::/EFI ::/EFI/BOOT
quietly "$tools/bin/mcopy" -m -i "$tree/efi.img" "$work/bootx64.efi" ::/EFI/BOOT/BOOTX64.EFI

find "$tree" -exec chmod u=rwX,go=rX {} + -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
rm -f "$out"
quietly "$tools/bin/xorriso" -as mkisofs -quiet -o "$out" -V ARIADNE \
    --modification-date=$iso_date --set_all_file_dates $iso_date \
    -r -graft-points -b boot/grub/bios.img -no-emul-boot -boot-load-size 4 -boot-info-table --grub2-boot-info \
    --grub2-mbr "$tools/grub/i386-pc/boot_hybrid.img" \
    --efi-boot efi.img -efi-boot-part --efi-boot-image --protective-msdos-label \
    -uid 0 -gid 0 --sort-weight 0 / --sort-weight 1 /boot "$tree"
